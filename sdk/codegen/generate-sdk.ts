import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { codegen } from '@graphql-codegen/core'
import * as typescriptOperations from '@graphql-codegen/typescript-operations'
import { Source, buildSchema, concatAST, parse } from 'graphql'
import { eventFragments } from './event-fragments.ts'
import { operationsPlugin } from './operations-plugin.ts'
import { unreachedFields } from './unreached-fields.ts'

/** What a client reads and writes for each scalar. */
const SCALARS = {
  ID: 'string',
  DateTime: { input: 'string | Date', output: 'string' },
  BigInt: 'number | string',
  JSON: 'unknown',
} as const

/** Types that the generated methods name. */
const IMPORT = `import type {
  RequestOptions,
  RequestRunners,
  SubscribeOptions,
  SubscriptionRunner,
} from './operation-runners.ts'`

/**
 * Text of `sdk/operations.generated.ts`: types, minified documents and methods of every operation in
 * `<operationsDir>/*.graphql`. Generated files there are left out: fragments over the use cases' unions come from the schema.
 * @throws Error when an operation does not fit the schema, or a root field has none.
 */
export async function generateSdk({
  apiSdl,
  operationsDir,
}: {
  apiSdl: string
  operationsDir: string
}): Promise<string> {
  const files = (await readdir(operationsDir))
    .filter(file => file.endsWith('.graphql') && !file.endsWith('.generated.graphql'))
    .toSorted()
  const sources = await Promise.all(
    files.map(async file => new Source(await readFile(join(operationsDir, file), 'utf8'), file)),
  )
  sources.push(new Source(eventFragments(apiSdl), 'events.generated.graphql'))
  const documents = sources.map(source => ({ location: source.name, document: parse(source) }))
  const all = concatAST(documents.map(({ document }) => document))
  const unreached = unreachedFields(buildSchema(apiSdl, { assumeValidSDL: true }), all)
  if (unreached.length > 0) {
    throw new Error(
      `No operation selects ${unreached.join(', ')}; ${operationsDir} needs one for each root field.`,
    )
  }
  const types = await codegen({
    filename: 'sdk/operations.generated.ts',
    schema: parse(apiSdl),
    documents,
    config: {
      scalars: SCALARS,
      enumType: 'string-literal',
      skipTypename: true,
      useTypeImports: true,
      arrayInputCoercion: false,
    },
    plugins: [{ operations: {} }],
    pluginMap: { operations: typescriptOperations },
  })
  const methods = operationsPlugin(all)
  return `${[IMPORT, types.trim(), methods].join('\n\n')}\n`
}
