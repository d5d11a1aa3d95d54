"""Korean nouns and English ones: what one is in the other, where a catalogue has but one of the languages.

glossary    what common Korean nouns of data are called in English (glossary.txt), and the other way round
loanwords   whether a Hangul word is the sound of an English one
romanized   Korean names in Latin letters
"""
