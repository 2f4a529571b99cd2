import { cp, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DEPLOY_TOOLS } from './folder.ts'
import { runTool } from './run-tool.ts'

/** OpenTofu is built from its Go module where Terraform itself is not there: its own leaves parts of it out. */
const VERSION = '1.10.6'
const FOLDER = join(DEPLOY_TOOLS, `tofu-${VERSION}`)
const BUILT = join(FOLDER, 'tofu')

/** A Terraform of 1.11 or later on PATH, or else an OpenTofu that is built once. Returns its path or name. */
export async function installTerraform(): Promise<string> {
  if ((await minorOf('terraform')) >= 11) return 'terraform'
  if ((await minorOf(BUILT)) >= 10) return BUILT
  const module = `github.com/opentofu/opentofu@v${VERSION}`
  const { Dir: downloaded } = JSON.parse(await runTool('go', ['mod', 'download', '-json', module])) as {
    Dir: string
  }
  // Its go.mod replaces modules by others, which `go install` refuses; a copy can be built.
  const source = join(FOLDER, 'source')
  await mkdir(FOLDER, { recursive: true })
  await cp(downloaded, source, { recursive: true })
  await runTool('chmod', ['-R', 'u+w', source])
  await runTool('go', ['build', '-o', BUILT, './cmd/tofu'], { cwd: source, env: { CGO_ENABLED: '0' } })
  await rm(source, { recursive: true })
  return BUILT
}

/** The minor of a version 1; -1 for what is missing or another. */
async function minorOf(command: string): Promise<number> {
  const text = await runTool(command, ['version', '-json'], { env: { CHECKPOINT_DISABLE: '1' } }).catch(
    () => '{}',
  )
  const { terraform_version: version = '' } = JSON.parse(text) as { terraform_version?: string }
  return Number(/^1\.(\d+)/.exec(version)?.[1] ?? -1)
}
