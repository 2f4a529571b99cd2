/** The media types a client takes, as an Accept header lists them, the best first. */
export function acceptedTypes(accept: string | undefined): string[] {
  if (!accept) return []
  return accept
    .split(',')
    .map(range => {
      const [type = '', ...parameters] = range.split(';').map(part => part.trim().toLowerCase())
      const q = parameters.find(parameter => parameter.startsWith('q='))
      return { type, q: q ? Number(q.slice(2)) : 1 }
    })
    .filter(({ type, q }) => type !== '' && q > 0)
    .toSorted((a, b) => b.q - a.q)
    .map(({ type }) => type)
}
