"""Word lists in German and English for `status`: what may stand before, beside and behind such a question and says
nothing new. All in lower case."""

# With this it is no question: he confirms something himself, or wants something changed.
NEVER = (
    "ich bestätige", "wir bestätigen", "bestätige ich", "bestätigen wir", "kann ich den", "könnte ich den",
    "darf ich den", "can i confirm", "could i confirm", "may i confirm", "can i acknowledge", "could i acknowledge",
    "may i acknowledge", "update my", "update the", "update our", "update this", "update it", "diese meldung",
    "dieser meldung",
)  # fmt: skip

# What may stand before the question, also as a clause of its own; without ADVERBS ("ich bitte": "ich").
LEADS = (
    "darf ich fragen", "darf ich nachfragen", "dürfte ich fragen", "dürfte ich nachfragen", "dürfte ich",
    "ich möchte mich", "ich wollte mich", "ich erlaube mir nachzufragen", "ich wollte mich erkundigen",
    "ich möchte mich erkundigen", "ich möchte", "ich wollte", "wollte", "möchte ich", "hiermit möchte ich", "kannst du",
    "könntest du", "könntet ihr", "könnt ihr", "um info", "um rückmeldung", "um eine rückmeldung", "um eine info",
    "ich bitte um info", "ich bitte um rückmeldung", "ich bitte um eine rückmeldung", "ich wollte mich vergewissern",
    "ich möchte sichergehen", "ich wollte sichergehen", "ich will sichergehen", "i wanted", "wanted", "i want",
    "i would appreciate", "i'd appreciate", "i would be grateful for", "i'd be grateful for", "may i ask",
    "could i ask", "can i ask", "would you mind", "would it be possible", "is it possible", "could you let me know",
    "can you let me know", "making sure", "i'm making sure", "i want to make sure", "i wanted to make sure",
    "to make sure", "i'm checking", "i am writing", "i'm writing", "ich wollte fragen", "ich wollte nachfragen",
    "wollte fragen", "wollte nachfragen", "ich möchte fragen", "ich möchte nachfragen", "ich möchte wissen",
    "ich wollte wissen", "ich würde gerne wissen", "ich würde wissen", "ich würde", "ich frage nach", "ich frage",
    "frage nach", "eine frage", "frage", "können sie mir sagen", "können sie mir mitteilen", "könnten sie mir sagen",
    "könnten sie mir mitteilen", "könnt ihr mir sagen", "kannst du mir sagen", "sagen sie mir", "teilen sie mir mit",
    "ich", "hiermit ich", "ich hätte gerne", "ich hätte", "ich erkundige mich", "kann ich", "könnte ich", "darf ich",
    "ich bräuchte", "ich brauche", "haben sie", "bekomme ich", "kann man mir sagen", "could you tell me",
    "can you tell me", "could you", "can you", "would you", "können sie", "können sie mir", "könnten sie",
    "könnten sie mir", "könnt ihr mir", "kannst du mir", "könntet ihr mir", "könntest du mir", "könntet ihr mir sagen",
    "könntest du mir sagen", "could i", "can i", "may i", "i wanted to ask", "i want to ask", "i would like to know",
    "i'd like to know", "i want to know", "i wanted to know", "i would like to ask", "i am", "i'm", "let me know",
    "do you know", "tell me", "i would like", "i'd like", "i was wondering", "wondering", "i need", "i wanted to check",
    "checking", "i am writing to ask",
)  # fmt: skip

# What may stand anywhere without changing what is asked.
ADVERBS = (
    "bitte", "mal", "denn", "nun", "jetzt", "aktuell", "aktuelle", "aktueller", "aktuellen", "aktuelles", "derzeit",
    "derzeitige", "derzeitiger", "derzeitigen", "momentan", "momentane", "gerade", "eigentlich", "inzwischen",
    "mittlerweile", "schon", "bereits", "kurz", "kurze", "kurzes", "kurzen", "nur", "einmal", "so", "also", "und",
    "auch", "gerne", "gern", "hier", "dazu", "nochmal", "nochmals", "heute", "gestern", "vorgestern", "today",
    "yesterday", "please", "pls", "plz", "just", "currently", "current", "now", "and", "kindly", "quick", "quickly",
    "yet", "already", "again", "höflich", "freundlich", "freundlichst", "höflichst", "gestrige", "gestrigen", "heutige",
    "heutigen",
)  # fmt: skip
REQUESTS = ("bitte", "please", "pls", "plz", "kindly")

# What may stand before and after the question: which matter is meant.
BESIDE = (
    "bezüglich", "bzgl", "betreffend", "hinsichtlich", "wegen",
    "zu", "zum", "zur", "bei", "beim", "mit", "für", "von", "vom", "in", "im", "um", "über", "der", "die", "das",
    "des", "dem", "den", "dieser", "diese", "dieses", "diesem", "mein", "meine", "meinem", "meinen", "meiner",
    "meines", "unser", "unsere", "unserem", "unserer", "unseres", "ticketnummer", "ticket-nummer", "ticketnr",
    "ticket-nr", "nr", "nummer", "betreff", "sachen", "uhr", "am", "mir", "on", "of", "for", "with", "to", "about",
    "regarding", "my", "our", "the", "this", "number", "from", "at", "it", "re",
)  # fmt: skip

# Clauses that only are polite.
COURTESIES = (
    "na", "grüezi", "hallöchen", "huhu", "leute", "ihr", "lieben", "bemühungen", "rückmeldung", "antwort", "thx",
    "faithfully", "sincerely", "yours", "appreciated", "guys", "folks", "hallo", "hi", "hey", "hello", "moin", "servus",
    "guten", "tag", "morgen", "abend", "grüß", "gott", "liebes", "liebe", "lieber", "team", "support", "kundenservice",
    "kundendienst", "service", "zusammen", "sehr", "geehrte", "geehrter", "geehrtes", "damen", "herren", "danke",
    "dank", "dankeschön", "vielen", "besten", "herzlichen", "lieben", "schönen", "im", "voraus", "vorab", "für", "ihre",
    "eure", "hilfe", "mühe", "thanks", "thank", "you", "many", "in", "advance", "cheers", "dear", "sir", "madam",
    "sirs", "or", "all", "everyone", "good", "morning", "afternoon", "evening", "day", "there", "a", "lot", "so",
    "much", "very", "for", "your", "help", "grüße", "gruß", "viele", "lg", "vg", "mfg", "beste", "freundliche",
    "freundlichen", "mit", "regards", "kind", "best", "again",
)  # fmt: skip
POLITE = (
    "ich freue mich auf ihre antwort", "ich freue mich auf ihre rückmeldung", "ich freue mich auf eine rückmeldung",
    "über eine rückmeldung würde ich mich freuen", "über eine rückmeldung freue ich mich",
    "über eine antwort würde ich mich freuen", "über eine info würde ich mich freuen", "ich hoffe es geht ihnen gut",
    "entschuldigung", "entschuldigen sie", "looking forward to hearing from you", "i look forward to hearing from you",
    "i look forward to your reply", "looking forward to your reply", "hope you are well", "i hope you are well",
    "hope you're well", "i hope you're well", "hope all is well", "i hope this finds you well",
    "i hope this email finds you well", "hope this finds you well", "sorry to bother you", "sorry to bother you again",
    "excuse me",
)  # fmt: skip
GREETINGS = (
    "hallo", "hi", "hey", "hello", "moin", "servus", "lieber", "liebe", "dear", "guten tag", "guten morgen",
    "guten abend", "sehr geehrter", "sehr geehrte", "grüezi", "good morning", "good afternoon", "good evening",
)  # fmt: skip
TITLES = ("herr", "frau", "mr", "mrs", "ms", "dr", "prof")
# In a message without any comma: before the question, and behind it.
BEFORE = ("zusammen", "team", "liebes team", "leute", "there", "all", "everyone", "guys", "again")
BEHIND = (
    "danke",
    "dankeschön",
    "vielen dank",
    "besten dank",
    "lg",
    "vg",
    "mfg",
    "thanks",
    "thank you",
    "thx",
    "cheers",
)
# That a ticket's number is the ticket's.
NAMING = (
    "ticketnummer ist", "die ticketnummer ist", "meine ticketnummer ist", "meine ticketnummer lautet",
    "die ticketnummer lautet", "ticketnummer lautet", "es geht um", "es geht um ticket", "es geht um das ticket",
    "es geht um mein ticket", "es geht um die ticketnummer", "my ticket number is", "the ticket number is",
    "ticket number is", "this is about", "this is about ticket", "it is about ticket", "it's about ticket",
    "this is about my ticket",
)  # fmt: skip

# A subject that says nothing beside: else it may be a new matter.
SUBJECTS = (
    "nachfrage", "rückfrage", "anfrage", "frage", "ticket", "mein ticket", "meine anfrage", "mein anliegen",
    "my ticket", "my request", "question", "follow-up", "follow up", "inquiry", "enquiry", "eingang", "hallo",
    "hello", "hi",
)  # fmt: skip
