import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { before, describe, test } from 'node:test'
import { HELM, installHelm } from '#engines/deploy/install-helm.ts'
import { installKubeconform, KUBECONFORM } from '#engines/deploy/install-kubeconform.ts'
import { installSchemas, KUBERNETES_MINORS, SCHEMA_LOCATIONS } from '#engines/deploy/install-schemas.ts'
import { runTool } from '#engines/deploy/run-tool.ts'
import { parse } from 'yaml'
import { CHART, renderText, VALUE_SETS } from './support/render-chart.ts'

before(async () => {
  await installHelm()
  await installKubeconform()
  await installSchemas()
})

describe('the chart', () => {
  for (const [name, { files = [], set = [] }] of Object.entries(VALUE_SETS)) {
    test(`passes helm lint --strict with the values ${name}`, async () => {
      const values = files.map(file => `--values=${CHART}/${file}`)
      await runTool(HELM, ['lint', '--strict', CHART, ...values, ...set.map(each => `--set=${each}`)])
    })
  }

  test('has the version of the project', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
    const chart = parse(readFileSync(`${CHART}/Chart.yaml`, 'utf8')) as Record<string, string>
    assert.deepEqual([chart['version'], chart['appVersion']], [version, version])
  })

  test('can be given any name', async () => {
    const set = ['fullnameOverride=x', 'nameOverride=y']
    assert.match(await renderText({ files: ['values-dev.yaml'], set }), /name: x-gateway$/m)
    const long = `fullnameOverride=${'a'.repeat(60)}`
    const names = [...(await renderText({ set: [long] })).matchAll(/^ {2}name: (\S+)$/gm)].map(
      match => match[1],
    )
    assert.ok(names.every(name => (name as string).length <= 63))
  })
})

describe('values that are wrong', () => {
  const cases: readonly [set: string, files: readonly string[], message: RegExp][] = [
    ['mode=cluster', [], /at '\/mode': value must be one of 'embedded', 'distributed'/],
    ['image.tag=latest', [], /image\.tag: "latest" given; a version or image\.digest wanted/],
    ['image.digest=sha256:12', [], /at '\/image\/digest'/],
    ['rolls.gateway.replicas=2', [], /additional properties 'rolls' not allowed/],
    ['roles.gatway.replicas=2', [], /at '\/roles': additional properties 'gatway' not allowed/],
    ['roles.sql.replicas=-1', [], /at '\/roles\/sql\/replicas': minimum: got -1, want 0/],
    [
      'embedded.resources.requests.memory=640',
      [],
      /at '\/embedded\/resources\/requests\/memory': got number, want string/,
    ],
    ['engines.kafka.brokers=nohost', [], /at '\/engines\/kafka\/brokers'/],
    ['engines.redis.url=redis://:pass@host:6379', [], /at '\/engines\/redis\/url'/],
    ['generators.rate=0', [], /at '\/generators\/rate'/],
    ['service.port=0', [], /at '\/service\/port'/],
    ['bundled.kafka.image=apache/kafka:latest', [], /at '\/bundled\/kafka\/image'/],
    [
      'mode=distributed',
      [],
      /mode: distributed needs engines\.kafka\.brokers, bundled\.kafka\.enabled or strimzi/,
    ],
    ['bundled.valkey.enabled=false', ['values-dev.yaml'], /needs engines\.redis\.url or bundled\.valkey/],
    ['bundled.s3.enabled=false', ['values-dev.yaml'], /needs engines\.lake\.uri or bundled\.s3/],
    [
      'bundled.mlflow.enabled=false',
      ['values-dev.yaml'],
      /needs engines\.mlflow\.trackingUri or bundled\.mlflow/,
    ],
    ['bundled.postgres.enabled=false', ['values-dev.yaml'], /its database wanted/],
    ['keda.enabled=true', [], /keda\.enabled: true given with mode: embedded/],
    [
      'keda.enabled=true',
      ['values-dev.yaml'],
      /keda\.prometheusAddress; the Prometheus that knows the lag wanted/,
    ],
    [
      'autoscaling.minReplicas=9',
      ['values-production.yaml'],
      /autoscaling\.minReplicas: 9 given, at most maxReplicas \(6\) wanted/,
    ],
    ['secrets.generate=false', [], /a secret with ACCESS_TOKEN and SUBGRAPH_SECRET wanted/],
    ['secrets.external.enabled=true', [], /without storeName and remoteKey/],
    ['route.enabled=true', [], /the Gateway that takes the route wanted/],
    ['spark.enabled=true', ['values-dev.yaml'], /without image, lake and serviceAccount/],
  ]
  for (const [set, files, message] of cases) {
    test(`are refused in words: ${set}${files.length > 0 ? ` with ${files.join()}` : ''}`, async () => {
      await assert.rejects(renderText({ files, set: [set] }), message)
    })
  }
})

describe('manifests', () => {
  for (const minor of KUBERNETES_MINORS) {
    test(`are valid for Kubernetes ${minor}`, async () => {
      for (const set of Object.values(VALUE_SETS)) {
        assert.deepEqual(await problems(await renderText(set), minor), [])
      }
    })
  }

  const faults: readonly [fault: string, from: RegExp, to: string, message: RegExp][] = [
    [
      'a mistyped field',
      /terminationGracePeriodSeconds:/,
      'terminationGraceSeconds:',
      /additional properties 'terminationGraceSeconds'/,
    ],
    ['text for a number', /containerPort: 4000/, 'containerPort: "4000"', /containerPort.*got string/],
    [
      'a field left out',
      /^ {6}containers:$/m,
      '      initContainers:',
      /missing propert(y|ies) 'containers'/,
    ],
    ['a mistyped field of a route', /backendRefs:/, 'backends:', /additional properties 'backends'/],
    ['a mistyped field of a scaler', /scaleTargetRef: \{ name/, 'scaleTarget: { name', /scaleTarget/],
    [
      'a kind that nobody knows',
      /^kind: HorizontalPodAutoscaler$/m,
      'kind: HorizontalPodScaler',
      /could not find schema for HorizontalPodScaler/,
    ],
    [
      'a version that is gone',
      /^apiVersion: autoscaling\/v2$/m,
      'apiVersion: autoscaling/v2beta2',
      /could not find schema/,
    ],
  ]
  for (const [fault, from, to, message] of faults) {
    test(`would be caught with ${fault}`, async () => {
      const text = await renderText(VALUE_SETS['production'] ?? assert.fail())
      assert.match(text, from)
      assert.match((await problems(text.replace(from, to), '1.36')).join('\n'), message)
    })
  }
})

/** What kubeconform finds wrong. Kinds of Strimzi have no schema here and are not in the sets. */
async function problems(manifests: string, minor: string): Promise<string[]> {
  const locations = SCHEMA_LOCATIONS.flatMap(location => ['-schema-location', location])
  const child = spawn(KUBECONFORM, [
    '-strict',
    '-output',
    'json',
    '-kubernetes-version',
    `${minor}.0`,
    ...locations,
  ])
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk))
  child.stdin.end(manifests)
  await once(child, 'close')
  const { resources } = JSON.parse(output) as { resources: { name: string; msg: string }[] | null }
  return (resources ?? []).map(({ name, msg }) => `${name}: ${msg}`)
}
