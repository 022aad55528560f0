"""Pure decisions: data in, data and a reason out; no input, no output, no clock."""
