import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const CHART = join(import.meta.dirname, 'coelho-realtime')

export const README = join(CHART, 'README.md')

/** The chart's README: what people wrote in files/readme.md, and a table of values with what values.yaml says of each. */
export function chartReadme(): string {
  const written = readFileSync(join(CHART, 'files/readme.md'), 'utf8').trimEnd()
  const rows = valueRows(readFileSync(join(CHART, 'values.yaml'), 'utf8'))
  const cells = rows.map(
    ({ path, value, about }) => `| \`${path}\` | ${value === '' ? '' : `\`${value}\``} | ${about} |`,
  )
  return `${written}\n\n## Values\n| value | default | meaning |\n| --- | --- | --- |\n${cells.join('\n')}\n`
}

interface ValueRow {
  path: string
  value: string
  about: string
}

/** Every leaf of values.yaml in its order; the comment `# -- …` above one describes it. Flow mappings stay whole. */
function valueRows(text: string): ValueRow[] {
  const parents: { indent: number; name: string }[] = []
  const rows: ValueRow[] = []
  let about = ''
  for (const line of text.split('\n')) {
    const comment = /^\s*# -- (.*)$/.exec(line)?.[1]
    if (comment !== undefined) about = comment
    const [, space = '', name, value = ''] = /^( *)([\w]+):(?: (.*))?$/.exec(line) ?? []
    if (name === undefined) continue
    while ((parents.at(-1)?.indent ?? -1) >= space.length) parents.pop()
    if (value === '') {
      parents.push({ indent: space.length, name })
      continue
    }
    const path = [...parents.map(parent => parent.name), name].join('.')
    rows.push({ path, value: value.replaceAll('|', '\\|'), about })
    about = ''
  }
  return rows
}
