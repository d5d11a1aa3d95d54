"""Korean turns of speech, put as the rules read them: 파손 때문에 반품된 건은 몇 건 is 파손으로 반품은 몇 건.

Tried where the question as it was asked is not read (glossed.py).
"""

from __future__ import annotations

import re

from plugin.generator.generate.phrases.korean.glossary import glossary

_LAST_WORD = re.compile(r"[^가-힣]")
_BY, _WITH = "로", "와"
_RIEUL = 8
_DEED = r"(?P<deed>[가-힣]{2,})"
_LIST = r"(?:부탁\s*(?:드려요|드립니다|해요|합니다)|(?:좀\s*)?(?:뽑아|정리해)\s*(?:줘|주세요)|필요(?:합니다|해요|해))"
_CAME = "났|나왔|나갔|남았|남아|들어왔|들어와|있|됐|돼|되었|발생했|생겼|걸렸|쌓였|잡혔"
_TURNS = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        (r"(?<=[가-힣]) 때문에(?=\s)|(?<=[가-힣])[을를] (?:이유|사유)로(?=\s)|(?:으로|로) (?:인해서?|인한)(?=\s)", _BY),
        (r"(?:(?<=[가-힣])으로|(?<=[가-힣])로)?(?<![별에의]) 처리\s?된(?=\s)", "된"),
        (rf"{_DEED}(?:된|한) (?:건|것|거)(?:은|는|을|를)?\s*(?=빼고|제외)", r"\g<deed> "),
        (rf"{_DEED}(?:된|한) 건(?:은|이)(?=(?:\s[가-힣]+)?\s몇\s*건)", r"\g<deed>은"),
        (
            r"(?<![가-힣])가장 (?P<of>[가-힣]+(?: [가-힣]+)?[이가]) 많이 (?:남|나|나오|발생하|들어오)는(?=\s)",
            r"\g<of> 가장 많은",
        ),
        (
            r"(?:배송|배달|납품|도착)이 (?:늦은|늦어진|지연된)(?=\s)"
            r"|(?<![가-힣])늦게 (?:도착|배송|배달)(?:한|된)(?=\s)",
            "지연된",
        ),
        (r"(?<=\s)문을\s?(?=열|연\s|닫)", ""),
        (
            r"평균보다 (?P<of>[가-힣]+(?: [가-힣]+)?[이가]) (?P<more>(?:더 )?(?:높|많|큰|적|낮|작)[가-힣]*)",
            r"\g<of> 평균보다 \g<more>",
        ),
        (
            r"(?P<place>(?:두|세|네|다섯)\s?번째로) (?P<of>[가-힣]+(?: [가-힣]+)?[이가]) "
            r"(?P<more>(?:많|높|큰|컸|적|낮|작)[가-힣]*)",
            r"\g<of> \g<place> \g<more>",
        ),
        (
            r"(?P<thing>[가-힣]{2,}) (?P<of>[가-힣]{2,}(?:량|액|수|건수|매출)) 상위 (?P<few>\d+\s?(?:개|곳|명|건|가지))"
            r"(?P<end>(?:[은는을를만]?\s?(?:알려|보여|뽑아).*)?[?.]?$)",
            r"\g<of> 상위 \g<few> \g<thing>\g<end>",
        ),
        (
            r"(?P<rows>[가-힣]{2,}) (?P<first>건수|금액)(?P<and>와|과|하고|이랑) (?P<then>금액|건수)",
            r"\g<rows> \g<first>\g<and> \g<rows> \g<then>",
        ),
        (r"(?<![A-Za-z가-힣])(?:CTR|클릭률|클릭율)", "노출당 클릭수"),
        (r"(?<![A-Za-z가-힣])CPC", "클릭당 비용"),
        (r"(?<![A-Za-z가-힣])CPA", "전환당 비용"),
        (r"(?<![A-Za-z가-힣])(?:CVR|전환율)", "클릭당 전환수"),
        (r"(?<![A-Za-z가-힣])ROAS", "광고비당 전환금액"),
        (r"(?<![가-힣])퇴사자(?:들)?(?=[은는이가의를을도\s]|$)", "퇴사한 직원"),
        (r"(?<![가-힣])(?P<state>재직|휴직)자(?:들)?(?=[은는이가의를을도\s]|$)", r"\g<state> 중인 직원"),
        (r"(?<![가-힣])신규 (?=(?:가입|등록)한\s)", ""),
        (
            r"(?P<rows>[가-힣A-Za-z]{2,}) 중(?:에서?)? (?P<so>(?:\S+ ){0,4}?\S+(?:인|한|된|는|던|난))"
            r" (?:사람|분|곳|데|거|것|건|게)"
            r"(?:은|는|이|가|들)?(?=\s?(?:몇|비율|어디|누구|수|목록|[?]|$))",
            r"\g<so> \g<rows>",
        ),
        (r"(?<=[한된]) 적[이도]? 있는(?=\s)", ""),
        (r"(?<=[가-힣])\s?(?:이력|내역|기록|경험)[이도]? 있는(?=\s)", "한"),
        (r"(?<=[가-힣])\s?(?:이력|내역|기록|경험)[이도은]? (?:한 번도 |전혀 |아예 )?없는(?=\s)", "이 없는"),
        (r"(?:단\s)?하나도 없는|아예 없는|전혀 없는", "없는"),
        (r"몇\s*(?:%|퍼센트|프로)\s*(?:늘거나 줄|증가하거나 감소|오르거나 내|변)[가-힣]*", "증감률(%)"),
        (
            r"(?:보여|알려|뽑아)\s?(?:줘|주세요|줘요)[,.]?\s+((?:[가-힣A-Za-z]+\s?){1,3}?)도\s?(?:같이|함께)?"
            r"(?:요|\s보여줘|\s알려줘)?[.?]?$",
            r", \1도 같이 보여줘",
        ),
        (rf"리스트(?:를|가|도)?\s*{_LIST}", "목록 보여줘"),
        (rf"(?<=목록)(?:을|이)?\s*{_LIST}", " 보여줘"),
        (r"리스트(?![가-힣])", "목록"),
        (r"(?<=[가-힣])이랑(?=\s)|(?<=[가-힣]{2}|\s수)랑(?=\s)", _WITH),
        (r"\((?:분|시간|초|일|주|개월|원|달러|건|개|명|kg|km)\)", ""),
        (r"(?<=[가-힣])명(?=,|과\s|와\s|이?랑\s|\s*$)(?<![몇한두세네여러]명)", " 이름"),
        (r"(?:어디|누구|무엇|뭐)(?:이)?고\s\S+[이가]\s얼마인지", "어디인지 같이"),
        (r"\s*[?.]\s+(?=\S+별로(?:요)?[.?]?$)", " "),
        (r"(?<=별로)요(?=[.?]?$)", ""),
        (r"(?<=[%트])\s?인지(?=\s|$)", ""),
        (r"([가-힣]+)\s?\((net|gross)\)", r"\2 \1"),
        (r"(?<=net|oss) 금액", " amount"),
        (r"(?<=전[월년주일] 대비) 증감 (?:건수|금액|수)", " 증감"),
        (r"(?<=\S) 1위(?:인|의)?(?=\s[가-힣a-zA-Z])", "이 가장 많은"),
        (r"(?:긴|오래 걸리는|오래 걸린|큰) 순(?:서)?(?:대로|으로|로)?(?=\s|$|[.,?])", "많은 순으로"),
        (r"(?:짧은|빠른|작은) 순(?:서)?(?:대로|으로|로)?(?=\s|$|[.,?])", "적은 순으로"),
        (
            r"(?:,\s*|(?<=[가-힣])(?<!수)[과와]\s|(?<=[가-힣])(?<!수)하고\s)(?:그\s)?(?:금액|수치|값)(?:도|을|를)?(?:\s?(?:같이|함께))?(?:이?요)?\s*"
            r"(?=(?:알려|보여|뽑아)|[.?]|$)",
            " 같이 ",
        ),
        (r"[,\s](?:월|일|날짜|시간|연도|분기)\s?순(?:으로|서대로)?(?=\s|$|[.,?])", " "),
        (rf"(?<=몇 [건개명대회번])\s?(?:{_CAME})[가-힣]*(?=[?.\s]|$)", ""),
        (r"(?<![가-힣])소속 (?=[가-힣])", ""),
        (r"(?:한\s|된\s|인\s|\s)(?:건|것|거)(?:은|는|을|를)?\s*(?=(?:빼고|제외))", " "),
        (r"(빼고|제외)(?:하고|한)?요?\s*[.?]?\s*$", r"\1"),
    )
)


def plainly(question: str) -> str:
    for pattern, plain in _TURNS:
        for match in reversed([*pattern.finditer(question)]):
            before = question[: match.start()]
            if plain == _WITH and _LAST_WORD.split(question[: match.end()])[-1] in glossary():
                continue  # 레스토랑
            said = _fitting(before, match.expand(plain))
            question = before + said + _behind(said, question[match.end() :])
    return question


def _behind(said: str, rest: str) -> str:
    """With the form that a particle has behind it: 전환금액은 of ROAS는."""
    coda = "가" <= said[-1:] <= "힣" and (ord(said[-1]) - ord("가")) % 28 > 0
    pair = next((p for p in ("은는", "이가", "을를") if rest[:1] in p), "") if rest and said[-1:] >= "가" else ""
    alone = len(rest) < 2 or not "가" <= rest[1] <= "힣"
    return (pair[0] if coda else pair[1]) + rest[1:] if pair and alone else rest


def _fitting(before: str, particle: str) -> str:
    """The form of a particle behind a syllable with a coda: 파손으로, 사유로."""
    coda = (ord(before[-1]) - ord("가")) % 28 if before and "가" <= before[-1] <= "힣" else 0
    if particle == _WITH:
        return "과" if coda else _WITH
    return "으로" if particle == _BY and coda not in (0, _RIEUL) else particle
