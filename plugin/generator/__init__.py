"""Question -> SQL -> answer: nine stages, five combinators, and the presets that compose them."""
