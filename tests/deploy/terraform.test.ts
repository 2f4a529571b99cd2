import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { HELM, installHelm } from '#engines/deploy/install-helm.ts'
import { installTerraform } from '#engines/deploy/install-terraform.ts'
import { runTool } from '#engines/deploy/run-tool.ts'
import { violations } from './support/policy.ts'
import { CHART, parseManifests } from './support/render-chart.ts'

const ROOT = join(import.meta.dirname, '../../terraform')
/** Those that need no provider. */
const MODULES = ['modules/naming', 'modules/platform', 'modules/k3d'] as const
const QUIET = { TF_CLI_CONFIG_FILE: '/dev/null', CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' }

describe('Terraform', () => {
  let terraform: string
  let scratch: string
  const run = (cwd: string, ...args: string[]) => runTool(terraform, args, { cwd, env: QUIET })
  const tested = async (folder: string) => {
    await run(folder, 'init', '-backend=false', '-input=false', '-no-color')
    await run(folder, 'validate', '-no-color')
    // What a failed run says goes to stdout, which an error has as its cause.
    return run(folder, 'test', '-no-color').catch(({ cause }: { cause: { stdout: string } }) => cause.stdout)
  }
  /** The modules in a folder of their own, so that nothing is written beside the source. */
  const copied = (name: string) => {
    const folder = join(scratch, name)
    cpSync(ROOT, folder, { recursive: true, filter: path => !path.includes('.terraform') })
    return folder
  }

  before(async () => {
    terraform = await installTerraform()
    await installHelm()
    scratch = mkdtempSync(join(tmpdir(), 'coelho-terraform-'))
  })
  after(() => rmSync(scratch, { recursive: true, force: true }))

  test('is formatted', async () => {
    await run(ROOT, 'fmt', '-check', '-recursive', '-diff')
  })

  for (const module of MODULES) {
    test(`validates and tests ${module}`, async () => {
      assert.match(
        await tested(join(copied(module.replace('/', '-')), module)),
        /Success! [1-9]\d* passed, 0 failed\./,
      )
    })
  }

  const engines = `engines = { kafka_brokers = "k:9092", kafka_secret = "k", redis_url = "redis://r:6379", redis_secret = "r", mlflow_tracking_uri = "http://m:5000", lake_uri = "s3://l/p", lake_secret = "l" }`
  for (const [mode, inputs] of [
    ['embedded', ''],
    [
      'distributed',
      `${engines}\nsecret_name = "coelho-access"\nevents_per_second = 9000\nsubscribers = 25000`,
    ],
  ] as const) {
    test(`makes values that the chart takes, ${mode}`, async () => {
      const folder = copied(mode)
      const image = 'image = { repository = "registry.example.com/coelho-realtime", tag = "0.5.0" }'
      const main = `module "platform" {\nsource = "./modules/platform"\nmode = "${mode}"\n${image}\n${inputs}\n}\noutput "values" { value = module.platform.values }\n`
      rmSync(join(folder, 'versions.tf'))
      for (const file of ['variables.tf', 'outputs.tf']) rmSync(join(folder, file))
      writeFileSync(join(folder, 'main.tf'), main)
      await run(folder, 'init', '-backend=false', '-input=false')
      await run(folder, 'apply', '-auto-approve', '-input=false')
      const values = join(folder, 'values.yaml')
      writeFileSync(values, await run(folder, 'output', '-raw', 'values'))
      const manifests = parseManifests(await runTool(HELM, ['template', 'live', CHART, `--values=${values}`]))
      assert.deepEqual(violations(manifests), {})
      const workload = manifests.find(
        ({ kind, metadata }) => kind === 'Deployment' && metadata.name.endsWith('gateway'),
      )
      if (mode === 'distributed') assert.equal(workload?.['spec'].replicas, 3)
    })
  }

  const faults: readonly [fault: string, file: string, from: string | RegExp, to: string][] = [
    ['names that Kubernetes refuses', 'modules/naming/main.tf', /\^\[a-z\]\(\[-a-z0-9\].*\$"/, '.*"'],
    [
      'any environment',
      'modules/naming/main.tf',
      '["dev", "staging", "production"]',
      '["dev", "staging", "production", "prod"]',
    ],
    ['a namespace without a policy', 'modules/naming/main.tf', '= "restricted"', '= "privileged"'],
    [
      'production named like the rest',
      'modules/naming/main.tf',
      'var.environment == "production" ?',
      'var.environment == "none" ?',
    ],
    [
      'latest allowed',
      'modules/platform/variables.tf',
      'var.image.tag != "latest"',
      'true || var.image.tag != ""',
    ],
    ['half a digest allowed', 'modules/platform/variables.tf', '{64}', '{2}'],
    ['more than a cell allowed', 'modules/platform/variables.tf', '<= 30000', '<= 90000'],
    ['no engines needed', 'modules/platform/outputs.tf', ': address != ""', ': true || address != ""'],
    ['more learners than sessions', 'modules/platform/main.tf', 'min(var.use_cases, max(', 'max(9, max('],
    [
      'too few gateways',
      'modules/platform/main.tf',
      'connections_per_gateway = 10000',
      'connections_per_gateway = 100000',
    ],
    [
      'a session without a bound',
      'modules/platform/main.tf',
      'events_per_session      = 3000',
      'events_per_session      = 300000',
    ],
    ['a cluster that others reach', 'modules/k3d/main.tf', 'hostIP = "127.0.0.1"', 'hostIP = "0.0.0.0"'],
  ]
  for (const [fault, file, from, to] of faults) {
    test(`would be caught with ${fault}`, async () => {
      const folder = copied(fault.replaceAll(' ', '-'))
      const path = join(folder, file)
      const text = readFileSync(path, 'utf8')
      const broken = text.replace(from, to)
      assert.notEqual(broken, text, 'The fault was not planted.')
      writeFileSync(path, broken)
      const module = MODULES.find(each => file.startsWith(each)) ?? assert.fail()
      assert.match(await tested(join(folder, module)), /[1-9]\d* failed/)
    })
  }

  test('would be caught unformatted', async () => {
    const folder = copied('unformatted')
    writeFileSync(join(folder, 'outputs.tf'), 'output   "x" {\nvalue=1\n}\n')
    await assert.rejects(run(folder, 'fmt', '-check', '-recursive'))
  })
})
