"""The two that are compared: where their pages are, and how to tell that something is seen there.

What is said here of a site is JavaScript and selectors; how it is measured is the same for both.
"""

from dataclasses import dataclass
from typing import Final

from gateway_store import LARGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """How one of them is used.

    Attributes:
        lists: path of the page that lists trials (studies there).
        listed: a row of it is there.
        trial: path of the large one's page with the history plot.
        drawn: the plot is drawn, with whatever it has.
        whole: ... with all jobs; `{words}` stands for how many, as in `10,000`.
        table: path of the page that lists the jobs (trials there).
        rows: what is seen in the middle of that list.
        count: what it says of how many there are.
        ready: nothing of the list is on its way any more; may leave out how many there are.
        scroller: what scrolls in it.
        newest: the number of the newest job that it knows, or shows.
        to_table, to_plot: what leads from the one page to the other.
        filtering: what is clicked on to see the jobs that succeeded; the last click is timed.
        sorting: page of the table that sorts, unless it is `table`; what is clicked on there.
        sorted_rows: what is seen in it.
        plot: where the mouse hovers.
        charts: the name of the files that do not count as first load.
    """

    lists: str
    listed: str
    trial: str
    drawn: str
    whole: str
    table: str
    rows: str
    count: str
    ready: str
    scroller: str
    newest: str
    to_table: str
    to_plot: str
    filtering: tuple[str, ...]
    sorting: tuple[str, ...]
    sorted_rows: str
    plot: str
    charts: str


_GRID: Final = "document.querySelector('[role=grid]')"
_PLOT: Final = '[role=img][aria-label^="Optimization history of"]'
_ROWS: Final = f"""() => {{
  const box = {_GRID}?.getBoundingClientRect();
  if (!box) return null;
  const y = Math.min(box.top + box.height / 2, innerHeight - 60);
  return document.elementFromPoint(box.left + 60, y)?.closest('[data-row]')?.dataset.row;
}}"""

OURS: Final = Site(
    lists="/#/",
    listed="() => document.querySelector('[role=grid] [data-trial]')",
    trial=f"/#/trial/{LARGE}/overview",
    drawn=f"""() => {{
      const plot = document.querySelector('{_PLOT}');
      return plot && probe.drawing(plot).inked > 200;
    }}""",
    whole=f"""(() => {{
      let sum = 0;
      return () => {{
        const plot = document.querySelector('{_PLOT}');
        if (!plot?.ariaLabel.startsWith('Optimization history of {{words}} jobs')) return false;
        const drawing = probe.drawing(plot);
        const isSame = drawing.inked > 200 && drawing.sum === sum;
        sum = drawing.sum;
        return isSame;
      }};
    }})()""",
    table=f"/#/trial/{LARGE}/jobs",
    rows=_ROWS,
    count=f"() => {_GRID}?.ariaRowCount",
    ready="() => !document.querySelector('[aria-label=\"Jobs loaded\"]')",
    scroller=f"() => {_GRID}",
    newest="""() => {
      const rows = document.querySelectorAll('[data-row]');
      return Math.max(0, ...[...rows].map(({ dataset }) => Number(dataset.row) + 1));
    }""",
    to_table="[role=tab]:has-text('Jobs')",
    to_plot="[role=tab]:has-text('Overview')",
    filtering=("[aria-label=States] button:has-text('succeeded')",),
    sorting=("[role=columnheader] button[title=Loss]",),
    sorted_rows=_ROWS,
    plot=_PLOT,
    charts="/echarts-",
)

THEIRS: Final = Site(
    lists="/dashboard",
    listed='() => document.querySelector(\'main a[href*="/studies/"], a[href*="/studies/"] h5\')',
    trial="/dashboard/studies/0",
    drawn="() => document.querySelector('#plot-history .points path')",
    whole="() => document.querySelector('#plot-history .points path')",
    table="/dashboard/studies/0/trials",
    rows="""() => {
      const under = document.elementFromPoint(160, 450)?.closest('li');
      return under?.querySelector('.MuiListItemText-primary')?.textContent;
    }""",
    count="() => document.querySelector('main ul p')?.textContent",
    ready="() => true",
    scroller="""() => {
      let each = document.querySelector('main ul');
      const isFixed = () => getComputedStyle(each).overflowY === 'visible';
      while (each.scrollHeight <= each.clientHeight || isFixed()) each = each.parentElement;
      return each;
    }""",
    newest="() => parseInt(document.querySelector('main ul p')?.textContent ?? '0')",
    to_table="a[href$='/studies/0/trials']",
    to_plot="li[title=History] a",
    filtering=("button[aria-label=Filter]", "[role=menuitem]:has-text('Complete')"),
    sorting=("li[title='Smart Selection'] a", "thead [role=button]:has-text('Value')"),
    sorted_rows="() => document.querySelector('tbody tr')?.textContent",
    plot="#plot-history .nsewdrag",
    charts="",
)
