export interface Answer<T> {
  status: number
  data: T
  errors?: { message: string; extensions: { code: string } }[]
}

/** One GraphQL request over plain HTTP. */
export async function graphql<T = Record<string, never>>(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<Answer<T>> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  })
  return { status: response.status, ...((await response.json()) as object) } as Answer<T>
}
