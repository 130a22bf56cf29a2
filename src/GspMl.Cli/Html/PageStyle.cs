namespace GspMl.Cli.Html;

/// <summary>How reports look and what they do: light or dark as the reader's system is, from a phone to paper.</summary>
internal static class PageStyle
{
    /// <summary>Colours are variables, which charts use as well.</summary>
    public const string Colours = """
        :root { color-scheme: light dark; --text: #1c2024; --faint: #5d666f; --page: #fff; --line: #d9dde1;
          --track: #e6e9ec; --first: #2457c5; --second: #b3541e; --third: #6b7680; --fourth: #7a3d9e;
          --good: #14713a; --bad: #b3261e; --box: #f3f5f8 }
        @media (prefers-color-scheme: dark) { :root { --text: #e4e7ea; --faint: #a3acb5; --page: #15181b; --line: #363c42;
          --track: #2a2f34; --first: #7aa5ff; --second: #f0a266; --third: #97a2ad; --fourth: #cf9ff0;
          --good: #6fd08f; --bad: #ff8a80; --box: #1f2428 } }
        """;

    /// <summary>The whole of it.</summary>
    public const string Css = Colours + "\n" + """
        * { box-sizing: border-box }
        body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 76rem; padding: 1.5rem clamp(.8rem, 3vw, 2rem) 3rem;
          color: var(--text); background: var(--page); overflow-wrap: anywhere }
        h1 { font-size: 1.5rem; line-height: 1.25; margin: .2rem 0 .8rem } h2 { font-size: 1.15rem; margin: 2.2rem 0 .5rem }
        .verdict { font-size: 1.1rem; background: var(--box); border-left: .3rem solid var(--first); padding: .7rem 1rem;
          margin: 0 0 1.2rem }
        .verdict.good { border-color: var(--good) } .verdict.bad { border-color: var(--bad) }
        .wide { overflow-x: auto; max-width: 100% } .wide:focus-visible { outline: 2px solid var(--first) }
        table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; width: 100% }
        th, td { padding: .3rem .5rem; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top }
        td { white-space: nowrap } th { border-bottom: 2px solid var(--third); vertical-align: bottom; font-weight: 600 }
        th { overflow-wrap: normal } .text { text-align: left; white-space: normal } td.text { min-width: 6.5rem; max-width: 44rem }
        td.text:first-child { min-width: 8.5rem } td.text:last-child { min-width: 4.5rem }
        th button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; text-align: inherit }
        th button:focus-visible { outline: 2px solid var(--first) }
        th[aria-sort=ascending] button::after { content: " ▲" } th[aria-sort=descending] button::after { content: " ▼" }
        .bar { display: inline-block; width: 5rem; height: .7em; background: var(--track); margin-right: .5em }
        .bar i { display: block; height: 100%; background: var(--first) }
        figure { margin: 1rem 0 } figure svg, figure img { max-width: 100%; height: auto; display: block } .narrow { display: none }
        figcaption, footer { color: var(--faint); font-size: .875rem }
        svg text { fill: var(--text) } svg .faint { fill: var(--faint) } svg .grid { stroke: var(--line) }
        img { image-rendering: pixelated; background: #fff }
        footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: .8rem } footer dl { display: grid;
          grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: 0 } footer dd { margin: 0 } code { font-size: .95em }
        @media (max-width: 66rem) { table { font-size: .8rem } th, td { padding: .25rem .3rem } }
        @media (max-width: 40rem) { .broad { display: none } .narrow { display: block } td.text { max-width: 16rem }
          .bar { display: none } footer dl { grid-template-columns: 1fr } footer dt { font-weight: 600 } }
        @media print { body { max-width: none; font-size: 10pt; padding: 0 } .wide { overflow: visible } tr, figure { break-inside: avoid }
          h2 { break-after: avoid } th button::after { content: none !important } }
        """;

    /// <summary>A click on a heading sorts its table: numbers by size, text by its letters, gaps last.</summary>
    public const string Script = """
        for (const button of document.querySelectorAll('th button')) button.addEventListener('click', () => {
          const head = button.parentElement, row = head.parentElement, body = row.closest('table').tBodies[0];
          const at = [...row.cells].indexOf(head), falls = head.getAttribute('aria-sort') === 'ascending';
          const text = cell => cell.textContent.trim(), isText = head.classList.contains('text');
          const number = cell => parseFloat(text(cell).replace(/[,\s]/g, '').replace('−', '-'));
          const compare = (a, b) => {
            if (isText) return (falls ? -1 : 1) * text(a.cells[at]).localeCompare(text(b.cells[at]), undefined, { numeric: true });
            const [x, y] = [number(a.cells[at]), number(b.cells[at])];
            return isNaN(x) || isNaN(y) ? isNaN(x) - isNaN(y) : (falls ? y - x : x - y);
          };
          body.append(...[...body.rows].sort(compare));
          for (const other of row.cells) other.removeAttribute('aria-sort');
          head.setAttribute('aria-sort', falls ? 'descending' : 'ascending');
        });
        """;
}
