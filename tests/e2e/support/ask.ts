import assert from 'node:assert/strict'
import { graphql } from './graphql.ts'

/** The data of a request that must succeed. */
export async function ask<T>(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<T> {
  const { status, data, errors } = await graphql<T>(url, query, variables)
  assert.equal(errors, undefined, JSON.stringify(errors))
  assert.equal(status, 200)
  return data
}
