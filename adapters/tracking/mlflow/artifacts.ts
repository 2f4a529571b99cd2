import { PortError } from '#ports/port-error.ts'
import type { Artifact, ArtifactStore } from '#ports/tracking.ts'
import { checkArtifactPath } from '../core/check-artifact-path.ts'
import type { Endpoint } from './endpoint.ts'
import { refusal } from './failures.ts'
import type { Http } from './http.ts'
import type { FetchRun } from './runs.ts'
import type { WireFile } from './wire.ts'

const PROXY = '/api/2.0/mlflow-artifacts/artifacts/'

/** Artifacts through the server, which has to run with `--serve-artifacts`; this process needs no access to where they are. */
export const createArtifacts = (http: Http, endpoint: Endpoint, fetchRun: FetchRun): ArtifactStore => {
  const list = async (runId: string, path = ''): Promise<Artifact[]> => {
    if (path !== '') checkArtifactPath(path)
    await fetchRun(runId)
    const files: WireFile[] = []
    let token: string | undefined
    do {
      const page = await http.get<{ files?: WireFile[]; next_page_token?: string }>('/artifacts/list', {
        run_id: runId,
        path: path || undefined,
        page_token: token,
      })
      files.push(...(page.files ?? []))
      token = page.next_page_token || undefined
    } while (token)
    return files.map(artifactOf).sort((a, b) => (a.path < b.path ? -1 : 1))
  }
  const listed = async (runId: string, path: string): Promise<Artifact | undefined> => {
    const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : ''
    return (await list(runId, folder)).find(artifact => artifact.path === path)
  }
  /** The path of an artifact behind the proxy; null for a run whose artifacts the server keeps elsewhere. */
  const proxied = async (runId: string, path: string): Promise<string | null> => {
    const { info } = await fetchRun(runId)
    const root = proxyPath(info.artifact_uri ?? '', endpoint)
    return root === null
      ? null
      : PROXY +
          [...root.split('/').map(decodeURIComponent), ...path.split('/')].map(encodeURIComponent).join('/')
  }
  const needProxied = async (runId: string, path: string): Promise<string> => {
    const target = await proxied(runId, path)
    if (target !== null) return target
    throw new PortError(
      'ENGINE_UNSUPPORTED',
      `The artifacts of the run ${runId} are not served by MLflow at ${endpoint.shown}; it has to run with --serve-artifacts, and ` +
        'without --default-artifact-root, when their experiment is created.',
      { details: { url: endpoint.shown } },
    )
  }
  return {
    list,

    async read(runId, path) {
      checkArtifactPath(path)
      const target = await proxied(runId, path)
      const accept = [400, 404, 500]
      const answer = target
        ? await http.send('GET', target, { accept })
        : await http.send('GET', '/get-artifact', { query: { run_id: runId, path }, accept })
      if (answer.status === 200) return answer.body
      // A folder is answered with 400; older servers fail over that, and over a file that is not there.
      if (answer.status === 500 && (await listed(runId, path))?.isDirectory === false)
        throw refusal(endpoint, answer)
      throw new PortError('NOT_FOUND', `The run ${runId} has no artifact ${path}.`)
    },

    async write(runId, path, content) {
      checkArtifactPath(path)
      await http.send('PUT', await needProxied(runId, path), { body: content })
    },

    async delete(runId, path) {
      checkArtifactPath(path)
      const target = await needProxied(runId, path)
      // The server deletes what is not there without a word.
      if (!(await listed(runId, path))) return false
      await http.send('DELETE', target, { accept: [404] })
      return true
    },
  }
}

const artifactOf = ({ path, is_dir: isDirectory = false, file_size: size = 0 }: WireFile): Artifact => ({
  path,
  isDirectory,
  sizeBytes: isDirectory ? null : Number(size),
})

/** Credentials go to the server that they are for, not to one that a run names. */
const proxyPath = (uri: string, { origin, prefix }: Endpoint): string | null => {
  const own = origin + prefix + PROXY
  if (uri.startsWith(own)) return uri.slice(own.length)
  const { host = '', path } =
    /^mlflow-artifacts:(?:\/\/(?<host>[^/]*))?\/+(?<path>.*)$/.exec(uri)?.groups ?? {}
  return path !== undefined && (host === '' || host === new URL(origin).host) ? path : null
}
