"""`python -m inbox_bot` is the same as the console script."""

from inbox_bot.cli.main import main

if __name__ == "__main__":
    main()
