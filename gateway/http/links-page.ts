/** The page at `/` until something better stands there: what can be found where. */
export function linksPage({
  title,
  links,
}: {
  title: string
  links: readonly { path: string; text: string }[]
}): string {
  const items = links.map(
    ({ path, text }) => `<li><a href="${escape(path)}">${escape(path)}</a> ${escape(text)}</li>`,
  )
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escape(title)}</title>
<style>body { font: 16px/1.6 system-ui, sans-serif; margin: 4rem auto; max-width: 40rem; padding: 0 1rem; color-scheme: light dark }</style>
</head>
<body>
<h1>${escape(title)}</h1>
<ul>
${items.join('\n')}
</ul>
</body>
</html>
`
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function escape(text: string): string {
  return text.replace(/[&<>"]/g, character => ENTITIES[character] ?? character)
}
