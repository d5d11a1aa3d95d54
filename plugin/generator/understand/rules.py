"""Understand, by rules alone: language, time expressions, requests that are no questions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from plugin.generator.ask import Ask, Verdict
from plugin.generator.stage import Kind, Need, Services
from plugin.generator.understand import dates
from plugin.generator.understand.requests import asks_for_change

_BY_SEX = re.compile(
    r"(?<![가-힣])성별(?=로\s|에 따른\s|\s(?:총|평균|분포|최\S|[가-힣]+(?: [가-힣]+)?\s?(?:수|비율|비중)))"
)
"""성별 평균 연봉 is by sex: the word has its own 별."""
_HANGUL = re.compile(r"[가-힣]")


@dataclass(frozen=True)
class Rules:
    name: str = "understand.rules"
    kind: Kind = "understand"
    needs: frozenset[Need] = frozenset()

    def __call__(self, ask: Ask, services: Services) -> Ask:
        said = " ".join(ask.question.split())
        question = _BY_SEX.sub("성별별", said)
        language = "ko" if _HANGUL.search(question) else "en"
        ask = ask.add(question=question, language=language, asked=ask.asked or (said if said != question else ""))
        periods = dates.find(question)
        ask = ask.add(periods=periods, groupings=dates.groupings(question) or dates.course(question, periods))
        if not re.search(r"\w", question):
            return ask.add(verdict=Verdict("clarify", reason="empty"))
        if asks_for_change(question):
            return ask.add(verdict=Verdict("refused", confidence=1.0, reason="change_data"))
        return ask
