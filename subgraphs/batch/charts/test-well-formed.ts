/**
 * Names of the elements of an XML text, in their order. Enough of XML 1.0 to tell what a browser would refuse.
 * @throws Error where a tag is not closed, an attribute not quoted, or a text holds a bare `<` or `&`.
 */
export function elementsOf(xml: string): string[] {
  const open: string[] = []
  const names: string[] = []
  const token = /<\/([\w:-]+)\s*>|<([\w:-]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy
  let at = 0
  while (at < xml.length) {
    token.lastIndex = at
    const found = token.exec(xml)
    if (!found) throw new Error(`Neither tag nor text at ${at}: ${xml.slice(at, at + 80)}`)
    const [whole, closed, opened, attributes = '', isEmpty, text = ''] = found
    if (/&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);)/.test(attributes + text)) {
      throw new Error(`A bare & at ${at}: ${whole.slice(0, 80)}`)
    }
    if (closed !== undefined && open.pop() !== closed)
      throw new Error(`</${closed}> at ${at} closes nothing.`)
    if (opened !== undefined) {
      names.push(opened)
      if (!isEmpty) open.push(opened)
    }
    at += whole.length
  }
  if (open.length > 0) throw new Error(`${open.join(', ')} left open.`)
  return names
}
