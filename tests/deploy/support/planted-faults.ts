import type { POLICY } from './policy.ts'
import { podOf } from './policy.ts'
import type { Loose, Manifest } from './render-chart.ts'

/** A mistake that somebody could make in the chart, and the rule that has to see it. */
export interface PlantedFault {
  rule: keyof typeof POLICY & string
  fault: string
  plant(manifests: Manifest[]): void
}

const find = (manifests: readonly Manifest[], kind: string, end: string): Manifest => {
  const found = manifests.find(each => each.kind === kind && each.metadata.name.endsWith(end))
  if (!found) throw new Error(`No ${kind} whose name ends with "${end}" is rendered.`)
  return found
}
const gateway = (manifests: readonly Manifest[]) => find(manifests, 'Deployment', '-gateway')
const pod = (manifests: readonly Manifest[]): Loose => podOf(gateway(manifests))
const container = (manifests: readonly Manifest[]): Loose => pod(manifests).containers[0]

/** In a rendering of the production set. */
export const PLANTED_FAULTS: readonly PlantedFault[] = [
  { rule: 'runs as nobody special', fault: 'root', plant: all => (pod(all).securityContext.runAsUser = 0) },
  {
    rule: 'runs as nobody special',
    fault: 'no runAsNonRoot',
    plant: all => delete pod(all).securityContext.runAsNonRoot,
  },
  {
    rule: 'runs as nobody special',
    fault: 'no seccomp profile',
    plant: all => delete pod(all).securityContext.seccompProfile,
  },
  {
    rule: 'runs as nobody special',
    fault: 'no security context',
    plant: all => delete pod(all).securityContext,
  },
  {
    rule: 'shares nothing with its machine',
    fault: 'host network',
    plant: all => (pod(all).hostNetwork = true),
  },
  {
    rule: 'shares nothing with its machine',
    fault: 'a path of the machine',
    plant: all => pod(all).volumes.push({ name: 'x', hostPath: { path: '/' } }),
  },
  {
    rule: 'shares nothing with its machine',
    fault: 'a port of the machine',
    plant: all => (container(all).ports[0].hostPort = 80),
  },
  {
    rule: 'has no token of the cluster',
    fault: 'a mounted token',
    plant: all => (pod(all).automountServiceAccountToken = true),
  },
  {
    rule: 'has no token of the cluster',
    fault: 'the default account',
    plant: all => delete pod(all).serviceAccountName,
  },
  {
    rule: 'can change nothing in itself',
    fault: 'a root file system to write',
    plant: all => (container(all).securityContext.readOnlyRootFilesystem = false),
  },
  {
    rule: 'can change nothing in itself',
    fault: 'escalation',
    plant: all => delete container(all).securityContext.allowPrivilegeEscalation,
  },
  {
    rule: 'can change nothing in itself',
    fault: 'capabilities kept',
    plant: all => delete container(all).securityContext.capabilities,
  },
  {
    rule: 'can change nothing in itself',
    fault: 'a capability added',
    plant: all => (container(all).securityContext.capabilities.add = ['NET_ADMIN']),
  },
  {
    rule: 'can change nothing in itself',
    fault: 'privileged',
    plant: all => (container(all).securityContext.privileged = true),
  },
  { rule: 'says what it needs', fault: 'no resources', plant: all => delete container(all).resources },
  {
    rule: 'says what it needs',
    fault: 'no limit of memory',
    plant: all => delete container(all).resources.limits,
  },
  {
    rule: 'says what it needs',
    fault: 'a limit below the request',
    plant: all => (container(all).resources.limits.memory = '1Mi'),
  },
  { rule: 'is looked after', fault: 'no liveness probe', plant: all => delete container(all).livenessProbe },
  { rule: 'is looked after', fault: 'no startup probe', plant: all => delete container(all).startupProbe },
  {
    rule: 'lives and serves by different answers',
    fault: 'liveness by readiness',
    plant: all => (container(all).livenessProbe.httpGet.path = '/readyz'),
  },
  { rule: 'ends in order', fault: 'no preStop', plant: all => delete container(all).lifecycle },
  {
    rule: 'ends in order',
    fault: 'ten seconds to end',
    plant: all => (pod(all).terminationGracePeriodSeconds = 10),
  },
  {
    rule: 'names a version of its image',
    fault: 'latest',
    plant: all => (container(all).image = 'a/b:latest'),
  },
  {
    rule: 'names a version of its image',
    fault: 'no tag',
    plant: all => (container(all).image = 'registry:5000/b'),
  },
  {
    rule: 'probes ports that it has',
    fault: 'a probe of another port',
    plant: all => (container(all).readinessProbe.httpGet.port = 'metrics'),
  },
  {
    rule: 'has the volumes that it mounts',
    fault: 'a mount without its volume',
    plant: all => (pod(all).volumes = []),
  },
  {
    rule: 'keeps secrets out of sight',
    fault: 'a token in the environment',
    plant: all => container(all).env.push({ name: 'ACCESS_TOKEN', value: 'abc' }),
  },
  {
    rule: 'keeps secrets out of sight',
    fault: 'a password in an argument',
    plant: all => container(all).args.push('--password=abc'),
  },
  {
    rule: 'selects its own pods',
    fault: 'a selector that misses',
    plant: all => (gateway(all)['spec'].selector.matchLabels['app.kubernetes.io/component'] = 'gate'),
  },
  {
    rule: 'selects its own pods',
    fault: 'a selector for all',
    plant: all => delete gateway(all)['spec'].selector.matchLabels['app.kubernetes.io/component'],
  },
  {
    rule: 'has a pod behind each service',
    fault: 'a service of nobody',
    plant: all => (find(all, 'Service', '-sql')['spec'].selector['app.kubernetes.io/component'] = 'sequel'),
  },
  {
    rule: 'has a pod behind each service',
    fault: 'a port of nobody',
    plant: all => (find(all, 'Service', '-sql')['spec'].ports[0].targetPort = 'sql'),
  },
  {
    rule: 'is let through by name',
    fault: 'no denial',
    plant: all => all.splice(all.indexOf(find(all, 'NetworkPolicy', '-deny')), 1),
  },
  {
    rule: 'is let through by name',
    fault: 'a role without a policy',
    plant: all => all.splice(all.indexOf(find(all, 'NetworkPolicy', '-sink')), 1),
  },
  {
    rule: 'points at what is there',
    fault: 'a scaler of nobody',
    plant: all => (find(all, 'HorizontalPodAutoscaler', '-sql')['spec'].scaleTargetRef.name = 'sequel'),
  },
  {
    rule: 'points at what is there',
    fault: 'replicas beside a scaler',
    plant: all => (gateway(all)['spec'].replicas = 2),
  },
  {
    rule: 'points at what is there',
    fault: 'a disruption budget of nobody',
    plant: all =>
      (find(all, 'PodDisruptionBudget', '-sink')['spec'].selector.matchLabels['app.kubernetes.io/component'] =
        'drain'),
  },
  {
    rule: 'points at what is there',
    fault: 'a missing config map',
    plant: all => all.splice(all.indexOf(find(all, 'ConfigMap', '-scripts')), 1),
  },
  {
    rule: 'points at what is there',
    fault: 'a missing service account',
    plant: all => all.splice(all.indexOf(find(all, 'ServiceAccount', '')), 1),
  },
  {
    rule: 'goes by the names of the field',
    fault: 'no labels',
    plant: all => delete gateway(all).metadata.labels,
  },
]
