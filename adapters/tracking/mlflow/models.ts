import { PortError } from '#ports/port-error.ts'
import type { ModelAlias, ModelRegistry, ModelVersion, NewModelVersion } from '#ports/tracking.ts'
import { checkArtifactPath } from '../core/check-artifact-path.ts'
import { checkEntries } from '../core/check-entries.ts'
import { checkModelName } from '../core/check-model-name.ts'
import { artifactPathOf, modelSource } from '../core/model-source.ts'
import { createOnce } from './create-once.ts'
import type { Http } from './http.ts'
import { newRequestTag, REQUEST_TAG, withoutRequestTag } from '../core/request-tag.ts'
import { entriesOfWire, entriesToWire } from './run-of-wire.ts'
import type { FetchRun } from './runs.ts'
import type { WireModelVersion } from './wire.ts'

const PAGE = 1000

interface WireModel {
  aliases?: { alias: string; version: string }[]
}

export const createModels = (http: Http, fetchRun: FetchRun): ModelRegistry => {
  const aliasesOf = async (model: string): Promise<Map<string, string[]>> => {
    const { registered_model: found } = await http.get<{ registered_model: WireModel }>(
      '/registered-models/get',
      {
        name: model,
      },
    )
    const byVersion = Map.groupBy(found.aliases ?? [], ({ version }) => version)
    return new Map([...byVersion].map(([version, all]) => [version, all.map(({ alias }) => alias).sort()]))
  }
  const search = async (model: string): Promise<WireModelVersion[]> => {
    const all: WireModelVersion[] = []
    let token: string | undefined
    do {
      const page = await http.get<{ model_versions?: WireModelVersion[]; next_page_token?: string }>(
        '/model-versions/search',
        { filter: `name = ${quoted(model)}`, max_results: PAGE, page_token: token },
      )
      all.push(...(page.model_versions ?? []))
      token = page.next_page_token || undefined
    } while (token)
    return all
  }

  return {
    async createVersion({ model, runId, artifactPath, description, tags = {} }: NewModelVersion) {
      checkModelName(model)
      checkArtifactPath(artifactPath)
      checkEntries({ tags })
      await fetchRun(runId)
      await http.call('POST', '/registered-models/create', { name: model }).catch(ignoreExisting)
      const requestTag = newRequestTag()
      const request = {
        name: model,
        source: modelSource(runId, artifactPath),
        run_id: runId,
        tags: entriesToWire({ ...tags, ...requestTag }),
        ...(description !== undefined && { description }),
      }
      const created = await createOnce<WireModelVersion>({
        create: async found => {
          const path = '/model-versions/create'
          return (await http.call<{ model_version: WireModelVersion }>('POST', path, request, { found }))
            .model_version
        },
        find: async () =>
          (await search(model))
            .filter(version => entriesOfWire(version.tags)[REQUEST_TAG] === requestTag[REQUEST_TAG])
            .sort((a, b) => Number(a.version) - Number(b.version)),
        answer: version => ({ model_version: version }),
        remove: ({ version }) => http.call('DELETE', '/model-versions/delete', { name: model, version }),
      })
      return versionOf(model, created, [])
    },

    async versions(model) {
      const found = await search(model)
      if (found.length === 0) return []
      const aliases = await aliasesOf(model)
      return found
        .map(version => versionOf(model, version, aliases.get(version.version) ?? []))
        .sort((a, b) => b.version - a.version)
    },

    async setAlias(model: string, alias: ModelAlias, version: number | null) {
      if (version === null) {
        await http.call('DELETE', '/registered-models/alias', { name: model, alias }).catch(ignoreMissing)
        return
      }
      await http.call('POST', '/registered-models/alias', { name: model, alias, version: `${version}` })
    },

    async byAlias(model: string, alias: ModelAlias) {
      const aliases = await aliasesOf(model).catch(ignoreMissing)
      const entry = [...(aliases ?? [])].find(([, names]) => names.includes(alias))
      if (!entry) return null
      const [version, names] = entry
      const found = await http
        .get<{ model_version: WireModelVersion }>('/model-versions/get', { name: model, version })
        .catch(ignoreMissing)
      return found ? versionOf(model, found.model_version, names) : null
    },
  }
}

const versionOf = (model: string, wire: WireModelVersion, aliases: readonly string[]): ModelVersion => {
  const runId = wire.run_id ?? ''
  return {
    model,
    version: Number(wire.version),
    runId,
    artifactPath: artifactPathOf(wire.source ?? '', runId),
    description: wire.description || null,
    createdAt: Number(wire.creation_timestamp),
    tags: withoutRequestTag(entriesOfWire(wire.tags)),
    aliases,
  }
}

/** Filters know no escapes. */
const quoted = (text: string): string => {
  if (!text.includes("'")) return `'${text}'`
  if (!text.includes('"')) return `"${text}"`
  throw new PortError(
    'INVALID_ARGUMENT',
    `The model name ${text} holds both kinds of quotes, by which MLflow finds none.`,
  )
}

const ignoreExisting = (error: unknown): void => {
  if (error instanceof PortError && error.details['errorCode'] === 'RESOURCE_ALREADY_EXISTS') return
  throw error
}

const ignoreMissing = (error: unknown): undefined => {
  if (error instanceof PortError && error.code === 'NOT_FOUND') return
  throw error
}
