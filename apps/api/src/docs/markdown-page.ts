import { Marked } from 'marked';
import { guides } from './guides.js';

const marked = new Marked({ gfm: true });
marked.use({
  renderer: {
    heading({ tokens, text, depth }) {
      return `<h${depth} id="${anchorOf(text)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
    },
    link({ href, tokens }) {
      const text = this.parser.parseInline(tokens);
      const target = targetOf(href);
      return target === null ? text : `<a href="${escapeHtml(target)}">${text}</a>`;
    },
    image({ href, text }) {
      return `<img src="/docs/${escapeHtml(href)}" alt="${escapeHtml(text)}" loading="lazy">`;
    },
    table({ header, rows }) {
      const cells = (tag: string, row: typeof header) =>
        `<tr>${row.map((cell) => `<${tag}>${this.parser.parseInline(cell.tokens)}</${tag}>`).join('')}</tr>`;
      const body = rows.map((row) => cells('td', row)).join('\n');
      return `<div class="table"><table><thead>${cells('th', header)}</thead><tbody>${body}</tbody></table></div>\n`;
    },
  },
});

/** A page for people. @param markdown our own: HTML in it would be left as it is. */
export function markdownPage(markdown: string, { name, source }: { name: string; source: string }): string {
  const title = (/^# (.+)$/m.exec(markdown)?.[1] ?? name).replaceAll('`', '');
  const entries = guides.map((guide) => {
    const current = guide.name === name ? ' aria-current="page"' : '';
    return `<li><a href="/docs/${guide.name}"${current}>${guide.title}</a></li>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)} · CalKeep API</title>
<link rel="alternate" type="text/markdown" href="${source}">
<link rel="stylesheet" href="/docs/assets/guide.css">
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<nav aria-label="Documentation">
<a class="home" href="/docs">CalKeep API</a>
<ul>
${entries.join('\n')}
<li><a href="/docs">Try it</a></li>
<li><a href="/openapi.json">OpenAPI</a></li>
</ul>
</nav>
<main id="content">
${marked.parse(markdown, { async: false })}
<footer><a href="${source}">This page as Markdown</a></footer>
</main>
</body>
</html>
`;
}

/** Between guides links lead to the pages; what the server does not hand out is no link. */
function targetOf(href: string): string | null {
  if (/^(https?:|#)/.test(href)) return href;
  const page = /^(?:\/docs\/)?((?:errors\/)?\w+)\.md(#.*)?$/.exec(href);
  if (!page) return href.startsWith('/') ? href : null;
  const [, name = '', anchor = ''] = page;
  return name.startsWith('errors/') || guides.some((guide) => guide.name === name) ? `/docs/${name}${anchor}` : null;
}

/** As GitHub names headings in links. */
function anchorOf(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
