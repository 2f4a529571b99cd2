import type { Loose, Manifest } from './render-chart.ts'

/** What is wrong with a whole rendering, one sentence each. */
type Rule = (manifests: readonly Manifest[]) => string[]
const WORKLOADS = ['Deployment', 'StatefulSet', 'Job']

export function podOf(manifest: Manifest): Loose | null {
  if (manifest.kind === 'Pod') return manifest['spec']
  return WORKLOADS.includes(manifest.kind) ? manifest['spec'].template.spec : null
}

const labelsOfPod = (manifest: Manifest): Record<string, string> =>
  (manifest.kind === 'Pod' ? manifest.metadata.labels : manifest['spec'].template.metadata.labels) ?? {}

function eachPod(look: (pod: Loose, manifest: Manifest) => (string | false)[]): Rule {
  return manifests =>
    manifests.flatMap(manifest => {
      const pod = podOf(manifest)
      const found = pod ? look(pod, manifest) : []
      return found
        .filter(text => text !== false)
        .map(text => `${manifest.kind} ${manifest.metadata.name}: ${text}`)
    })
}

function eachContainer(look: (container: Loose, manifest: Manifest) => (string | false)[]): Rule {
  return eachPod((pod, manifest) =>
    [...pod.containers, ...(pod.initContainers ?? [])].flatMap((container: Loose) =>
      look(container, manifest).map(text => text !== false && `${container.name}: ${text}`),
    ),
  )
}

const isLongRunning = ({ kind }: Manifest) => kind === 'Deployment' || kind === 'StatefulSet'
const matches = (selector: Record<string, string> | undefined, labels: Record<string, string>) =>
  Object.entries(selector ?? {}).every(([name, value]) => labels[name] === value)

/** Rules over rendered manifests, by name. What a cluster's own `restricted` policy wants is among them. */
export const POLICY: Readonly<Record<string, Rule>> = {
  'runs as nobody special': eachPod(({ securityContext: context = {} }) => [
    context.runAsNonRoot !== true && 'runAsNonRoot is not true.',
    !(context.runAsUser > 0) && `runAsUser is ${context.runAsUser}.`,
    context.seccompProfile?.type !== 'RuntimeDefault' && 'seccompProfile is not RuntimeDefault.',
  ]),
  'shares nothing with its machine': eachPod(pod => [
    (pod.hostNetwork || pod.hostPID || pod.hostIPC) === true && 'it shares a namespace of the machine.',
    (pod.volumes ?? []).some((volume: Loose) => volume.hostPath) && 'it mounts a path of the machine.',
    pod.containers.some((each: Loose) => (each.ports ?? []).some((port: Loose) => port.hostPort)) &&
      'it takes a port of the machine.',
  ]),
  'has no token of the cluster': eachPod(pod => [
    pod.automountServiceAccountToken !== false && 'automountServiceAccountToken is not false.',
    !pod.serviceAccountName && 'it runs as the default service account.',
  ]),
  'can change nothing in itself': eachContainer(({ securityContext: context = {} }) => [
    context.allowPrivilegeEscalation !== false && 'allowPrivilegeEscalation is not false.',
    context.readOnlyRootFilesystem !== true && 'readOnlyRootFilesystem is not true.',
    context.privileged === true && 'it is privileged.',
    !context.capabilities?.drop?.includes('ALL') && 'it keeps capabilities.',
    (context.capabilities?.add ?? []).length > 0 && 'it adds capabilities.',
  ]),
  'says what it needs': eachContainer(({ resources = {} }) => [
    !(resources.requests?.cpu && resources.requests?.memory) && 'it requests no CPU or no memory.',
    !resources.limits?.memory && 'it has no limit of memory.',
    bytes(resources.limits?.memory) < bytes(resources.requests?.memory) && 'its limit is below its request.',
  ]),
  'is looked after': eachContainer((container, manifest) =>
    isLongRunning(manifest)
      ? ['startupProbe', 'livenessProbe', 'readinessProbe'].map(
          probe => !container[probe] && `it has no ${probe}.`,
        )
      : [],
  ),
  'lives and serves by different answers': eachContainer(({ livenessProbe, readinessProbe, args = [] }) => [
    ['role', 'dev'].includes(args[0]) &&
      livenessProbe?.httpGet?.path === readinessProbe?.httpGet?.path &&
      'liveness and readiness ask the same.',
  ]),
  'ends in order': eachPod((pod, manifest) => {
    const [container] = pod.containers
    if (!isLongRunning(manifest) || !['role', 'dev'].includes(container.args?.[0])) return []
    return [
      !container.lifecycle?.preStop && 'it has no preStop.',
      !(pod.terminationGracePeriodSeconds >= 30) && 'it is killed before its 20 s of hand-over have passed.',
    ]
  }),
  'names a version of its image': eachContainer(({ image = '' }) => [
    !/(:[^/:]+|@sha256:[0-9a-f]{64})$/.test(image) && `the image "${image}" has no version.`,
    image.endsWith(':latest') && `the image "${image}" is whatever is latest.`,
  ]),
  'probes ports that it has': eachContainer(container => {
    const names = (container.ports ?? []).flatMap((port: Loose) => [port.name, port.containerPort])
    return ['startupProbe', 'livenessProbe', 'readinessProbe'].map(probe => {
      const port = container[probe]?.httpGet?.port ?? container[probe]?.tcpSocket?.port
      return port !== undefined && !names.includes(port) && `${probe} asks port ${port}, which it has not.`
    })
  }),
  'has the volumes that it mounts': eachPod((pod, manifest) => {
    const claims = manifest['spec'].volumeClaimTemplates ?? []
    const volumes = [...(pod.volumes ?? []), ...claims.map((claim: Loose) => claim.metadata)]
    const names = volumes.map((volume: Loose) => volume.name)
    return pod.containers
      .flatMap((container: Loose) => container.volumeMounts ?? [])
      .map((mount: Loose) => !names.includes(mount.name) && `there is no volume ${mount.name}.`)
  }),
  'keeps secrets out of sight': eachContainer(({ env = [], args = [] }) => [
    ...env.map(
      ({ name, value }: Loose) =>
        /(TOKEN|SECRET|PASSWORD|ACCESS_KEY)/.test(name) && value !== undefined && `${name} is written out.`,
    ),
    ...args.map((arg: string) => /(token|secret|password)=[^$]/i.test(arg) && 'an argument has a secret.'),
  ]),
  'selects its own pods': manifests =>
    manifests.filter(isLongRunning).flatMap(manifest => {
      const { matchLabels } = manifest['spec'].selector
      const others = manifests.filter(other => isLongRunning(other) && other !== manifest)
      return [
        ...(matches(matchLabels, labelsOfPod(manifest)) ? [] : ['its selector misses its own pods.']),
        ...others
          .filter(other => matches(matchLabels, labelsOfPod(other)))
          .map(other => `its selector takes the pods of ${other.metadata.name}.`),
      ].map(text => `${manifest.kind} ${manifest.metadata.name}: ${text}`)
    }),
  'has a pod behind each service': manifests =>
    manifests
      .filter(({ kind }) => kind === 'Service')
      .flatMap(service => {
        const behind = manifests.filter(
          each => isLongRunning(each) && matches(service['spec'].selector, labelsOfPod(each)),
        )
        const ports = behind.flatMap(each => podOf(each).containers.flatMap((one: Loose) => one.ports ?? []))
        const names = ports.flatMap((port: Loose) => [port.name, port.containerPort])
        const missing = service['spec'].ports.filter((port: Loose) => !names.includes(port.targetPort))
        return [
          ...(behind.length === 1 ? [] : [`${behind.length} workloads are behind it, one wanted.`]),
          ...missing.map(
            (port: Loose) => `its port ${port.name} leads to ${port.targetPort}, which nobody has.`,
          ),
        ].map(text => `Service ${service.metadata.name}: ${text}`)
      }),
  'is let through by name': manifests => {
    const policies = manifests.filter(({ kind }) => kind === 'NetworkPolicy')
    const isDenied = policies.some(
      ({ spec }) => !spec.ingress && !spec.egress && spec.policyTypes?.length === 2,
    )
    const unnamed = manifests.filter(
      each =>
        podOf(each) &&
        !policies.some(
          ({ spec }) =>
            (spec.ingress || spec.egress) && matches(spec.podSelector.matchLabels, labelsOfPod(each)),
        ),
    )
    return [
      ...(isDenied ? [] : ['No policy denies what no other allows.']),
      ...unnamed.map(({ kind, metadata }) => `${kind} ${metadata.name}: no NetworkPolicy names it.`),
    ]
  },
  'points at what is there': manifests => {
    const has = (kind: string, name: string) =>
      manifests.some(each => each.kind === kind && each.metadata.name === name)
    return manifests.flatMap(manifest => {
      const { spec = {}, metadata, kind } = manifest
      const target = spec.scaleTargetRef
      const pod = podOf(manifest)
      const maps = (pod?.volumes ?? []).map((volume: Loose) => volume.configMap?.name).filter(Boolean)
      return [
        ...(target && !has(target.kind ?? 'Deployment', target.name) ? [`there is no ${target.name}.`] : []),
        ...(target &&
        manifests.some(
          each =>
            each.metadata.name === target.name &&
            each.kind === 'Deployment' &&
            each['spec'].replicas !== undefined,
        )
          ? [`${target.name} has a number of replicas of its own, which every upgrade would set.`]
          : []),
        ...maps
          .filter((name: string) => !has('ConfigMap', name))
          .map((name: string) => `there is no ConfigMap ${name}.`),
        ...(pod && !has('ServiceAccount', pod.serviceAccountName)
          ? [`there is no ServiceAccount ${pod.serviceAccountName}.`]
          : []),
        ...(kind === 'PodDisruptionBudget' &&
        !manifests.some(each => isLongRunning(each) && matches(spec.selector.matchLabels, labelsOfPod(each)))
          ? ['it protects nobody.']
          : []),
      ].map(text => `${kind} ${metadata.name}: ${text}`)
    })
  },
  'goes by the names of the field': manifests =>
    manifests.flatMap(({ kind, metadata: { name, labels = {} } }) =>
      ['app.kubernetes.io/name', 'app.kubernetes.io/instance', 'app.kubernetes.io/component']
        .filter(label => !labels[label])
        .map(label => `${kind} ${name}: it has no label ${label}.`),
    ),
}

/** Bytes of a quantity such as 640Mi; NaN for none. */
export function bytes(quantity: string | undefined): number {
  const [, number, unit = ''] = /^([\d.]+)([KMGT]i)?$/.exec(quantity ?? '') ?? []
  return Number(number) * 1024 ** (['', 'Ki', 'Mi', 'Gi', 'Ti'].indexOf(unit) as number)
}

/** Everything that is wrong, by rule. */
export function violations(manifests: readonly Manifest[]): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(POLICY)
      .map(([name, rule]) => [name, rule(manifests)] as const)
      .filter(([, found]) => found.length > 0),
  )
}
