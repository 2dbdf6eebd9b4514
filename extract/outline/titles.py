"""The titles that a text prints: of the notice, of the plans that it issues, and where each stands among the lines."""

from __future__ import annotations

import re

NUMBER = r"[^\s,。:;《》()\[\]]{1,14}[(\[][12]\d{3}[)\]]\s*第?\s*\d{1,5}\s*号"
_NOTICE_TITLE_RE = re.compile(rf"[^。;,]{{0,80}}?(?:关于|印发|转发).{{2,200}}?的?(?:通\s*知|函|公\s*告|通\s*报|批\s*复|决\s*定)(?:\({NUMBER}\))?\Z")
_ISSUED_RE = re.compile(r"(?:印发|转发|下发|发布|公布|颁布|颁发)(?P<issue>.{2,200}?)的?(?:通\s*知|公\s*告|函|令|决\s*定)\Z")
_TITLES_RE = re.compile(r"(?:《(?:[^《》]|《[^《》]*》)+》|[、和及与,]|以及)+(?:\([^()]*\))?(?:等.{0,8})?")
# 印发…两个规定的通知: the sentence names them
_SEVERAL_RE = re.compile(r"[两二三四五六七八九][个项](?:规定|文件|方案|办法|措施|计划|意见|细则|制度)\Z")
LEAST_ENTITLED = 3  # characters of the name of what a notice issues
# what a plan's title ends with; the bracket behind it may hold its period or 试行
PLAN_TITLE_RE = re.compile(
    r"[^。;:!?]{2,120}(?:方案|计划|要点|规划|纲要|意见|措施|举措|办法|细则|分工|清单|规定|条例|决定|政策|安排|指引|指南|通知|公告|报告|任务书|工作部署|名单|名录|目录|一览表|公示)(?:\([^()]{1,40}\))?\Z"
)
# and what a title may end with where nothing better is found: pages name their columns so, too
_LOOSE_TITLE_RE = re.compile(
    r"[^。;:!?]{6,120}(?:(?:年|攻坚|提升|专项|集中|系列|示范)行动|(?:任务|责任|目标)分解|分解表|分工表|责任表|任务表|安排表|台账|要点任务|实施步骤|工程|项目)(?:\([^()]{1,40}\))?\Z"
)
NUMBER_LINE_RE = re.compile(rf"\(?(?P<number>{NUMBER}|[^\s,。:;《》()]{{0,20}}公告\s*[12]\d{{3}}年第?\d{{1,4}}号)\)?\Z")
# 【法规正文】 of a database (folded to round brackets), 附件1：
_PREFIX_RE = re.compile(rf"(?:\([^()\d]{{2,12}}\)\s+|附\s*件\s*\d*\s*[:.]?\s*|{NUMBER}\s*(?=\S{{6,}}\Z))+")
# a body's name alone at the end of a text is its signature, date or not
UNDATED_RE = re.compile(r"[^。,;:《》()\d!?、\s]{3,26}(?:政府|委员会|委|局|部|厅|办公室|院|办)\Z")
_CITED_RE = re.compile(r"[^\s《》]{1,14}[(\[][12]\d{3}[)\]]\d{1,5}号 ?《.*》\Z")
_CLOSES_TITLE_RE = re.compile(r"\)》?的?(?:通知|公告|函|决定)\Z")  # (2023—2025年)的通知
_TRAIL_RE = re.compile(r"^(?:网站)?首 ?页|\||\s>|>\s|»|公报 {0,2}\d{4}年第 ?\d{1,3} ?期")  # 首页 > 政务公开, 登录 | 注册: a page's furniture
_STATED_RE = re.compile(r"[^:\s]{2,8} ?: ?\d{4}[-/.年]")  # 归档时间:2018-11-21
LONGEST_TITLE = 90  # characters of one line of a title
_ABOUT_RE = re.compile(r"\s*(?:关于|印发|转发|的?通)")


def normal(title: str) -> str:
    """A title as it is compared: no white space, no 《》 of any depth, one form of dashes."""
    return re.sub(r"[\s《》〈〉<>]|—+|-+", lambda m: "-" if m.group()[0] in "—-" else "", title).strip("。:")


def unbracketed(title: str) -> str:
    """A title without the 《》 around all of it; 《…意见》任务分工方案 keeps its own."""
    inner = title[1:-1]
    return inner if title[:1] == "《" and title[-1:] == "》" and inner.find("》") >= inner.find("《") else title


def prefix(text: str) -> int:
    """How many characters of a line stand before its title: 附件1：, a number, the label of a database; 0 where nothing else follows."""
    match = _PREFIX_RE.match(text) if len(text) <= 2 * LONGEST_TITLE else None
    return match.end() if match and match.end() < len(text) else 0


def _candidates(texts: list[str], first: int, opening: int, most: int) -> list[tuple[int, int, str]]:
    """Runs of 1 to `most` title-like lines: (first, after the last, joined)."""
    out = []
    for i in range(first, opening):
        joined = ""
        if _CITED_RE.match(texts[i]):  # a page's head: 湘政发〔2018〕30号《…的通知》
            continue
        for k in range(i, min(i + most, opening)):
            text = texts[k][prefix(texts[k]) :] if k == i else texts[k]
            if (
                not text
                or len(text) > LONGEST_TITLE
                or _TRAIL_RE.search(text)
                or _STATED_RE.match(text)
                or NUMBER_LINE_RE.match(text)
                or (k > i and text[0] in "(" and not _CLOSES_TITLE_RE.search(text))
                or text[-1] in "。;!?"
            ):
                break
            joined += text
            out.append((i, k + 1, unbracketed(joined)))
    return out


def notice_title(texts: list[str], opening: int) -> tuple[int, int] | None:
    """(first, after the last) of the lines before `opening` that print the title of a notice: …关于印发…的通知."""
    for first, after, joined in _candidates(texts, 0, opening, 4):
        if _NOTICE_TITLE_RE.match(joined) and joined.count("《") == joined.count("》"):
            if after - first > 1 and PLAN_TITLE_RE.match(texts[first]) and not _ABOUT_RE.match(texts[first + 1]):
                continue  # the name of the page's own article, and the notice's title below it
            return first, after
    return None


def plan_title(texts: list[str], opening: int, start: int = 0) -> tuple[int, int] | None:
    """(first, after the last) of the lines from `start` on that print the title of a plan, by the word that it ends in."""
    candidates = _candidates(texts, start, opening, 3)
    for pattern in (PLAN_TITLE_RE, _LOOSE_TITLE_RE):
        for first, after, joined in candidates:
            if pattern.match(joined) and not NUMBER_LINE_RE.match(joined) and joined.count("《") == joined.count("》"):
                if after - first > 1 and UNDATED_RE.match(texts[first]) and not _ABOUT_RE.match(texts[first + 1]):
                    continue  # the name of the site, and the title below it
                return first, after
    return None


def last_printed(place: tuple[int, int] | None, texts: list[str], opening: int) -> tuple[int, int] | None:
    """The last place before the first heading where a title's lines stand: pages print it in their head, their data and above the text."""
    if place is None:
        return None
    lines = texts[place[0] : place[1]]
    return max((i, i + len(lines)) for i in range(place[0], opening) if texts[i : i + len(lines)] == lines)


def promulgated(texts: list[str], head: tuple[int, int] | None, opening: int) -> list[str]:
    """Titles of what the notice issues: from its title or its sentence (现将《…》印发你们), whichever names more (《A》等三个文件)."""
    entitled: list[str] = []
    if head:
        title = "".join(texts[head[0] : head[1]])
        if issued := _ISSUED_RE.search(title):
            issue = issued["issue"].strip()
            entitled = re.findall(r"《((?:[^《》]|《[^《》]*》)+)》", issue)
            if not entitled or not _TITLES_RE.fullmatch(issue):  # 印发省贯彻《纲要》实施方案的通知, 印发《意见》任务分工方案的通知
                entitled = [issue] if len(issue) > LEAST_ENTITLED and not issue.startswith("本") else []
                if not _SEVERAL_RE.search(issue):
                    return entitled
            elif "等" not in issue[issue.rindex("》") :]:
                return entitled
    for i in range(head[1] if head else 0, opening):
        if "《" in texts[i] and re.search(r"印发(?:给?你们|各|$)|(?:现|予以)(?:将.{0,120})?(?:印发|公布|发布|转发)", texts[i]):
            match = re.search(r"现?将(.{0,300}?)(?:予以)?(?:印发|公布|发布|转发)", texts[i])
            names = re.findall(r"《([^《》]+)》", match.group(1) if match else texts[i])
            if len(names) > len(entitled):
                return names
    return entitled


def place_of(name: str, texts: list[str], first: int, last: int, taken: list[int]) -> tuple[int, int] | None:
    """The lines that print a plan's title above its text; the bracket of the title may be in a line of its own or missing."""
    listed: tuple[int, int] | None = None
    wanted = normal(name)
    short = re.sub(r"\([^()]*\)\Z", "", wanted)
    for i in range(first, last):
        text = texts[i]
        if not text or i in taken or len(text) > LONGEST_TITLE + 10:
            continue
        start = normal(text[prefix(text) :])
        if not start or (not wanted.startswith(start[: len(wanted)]) and not short.startswith(start)):
            continue
        joined = ""
        for k in range(i, min(i + 4, last)):
            joined += normal(texts[k][prefix(texts[k]) :] if k == i else texts[k])
            if joined == wanted or (joined == short and not (k + 1 < last and joined + normal(texts[k + 1]) == wanted)):
                if text.startswith("附") and ":" in text[: prefix(text)] and listed is None:
                    listed = i, k + 1  # 附件:… announces the plan above the signature, and is its title only where none is printed below
                    break
                return i, k + 1
            if not wanted.startswith(joined):
                break
    return listed
