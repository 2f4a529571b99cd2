import { cp, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DEPLOY_TOOLS } from './folder.ts'
import { runTool } from './run-tool.ts'

const VERSION = '1.11.4'
const FOLDER = join(DEPLOY_TOOLS, `terraform-${VERSION}`)
const BUILT = join(FOLDER, 'terraform')

/** A Terraform of 1.11 or later: the one on PATH, or one built from its Go module, once. Returns its path or name. */
export async function installTerraform(): Promise<string> {
  for (const candidate of ['terraform', BUILT]) if (await isNewEnough(candidate)) return candidate
  const downloaded = await runTool('go', [
    'mod',
    'download',
    '-json',
    `github.com/hashicorp/terraform@v${VERSION}`,
  ])
  const { Dir: module } = JSON.parse(downloaded) as { Dir: string }
  // Its go.mod replaces modules by folders beside it, which `go install` refuses; a copy can be built.
  const source = join(FOLDER, 'source')
  await mkdir(FOLDER, { recursive: true })
  await cp(module, source, { recursive: true })
  await runTool('chmod', ['-R', 'u+w', source])
  await runTool('go', ['build', '-o', BUILT, '.'], { cwd: source, env: { CGO_ENABLED: '0' } })
  await rm(source, { recursive: true })
  return BUILT
}

async function isNewEnough(command: string): Promise<boolean> {
  const text = await runTool(command, ['version', '-json'], { env: { CHECKPOINT_DISABLE: '1' } }).catch(
    () => '{}',
  )
  const [major = 0, minor = 0] = String(
    (JSON.parse(text) as { terraform_version?: string }).terraform_version,
  )
    .split('.')
    .map(Number)
  return major === 1 && minor >= 11
}
