/** From the port of a server to that of its probes, where these have one of their own. */
const PROBE_DISTANCE = 1000

/** The port beside `port` that answers probes without a token or a certificate; 0, any free one, for 0. */
export function probePortOf(port: number): number {
  if (port === 0) return 0
  return port + PROBE_DISTANCE <= 65_535 ? port + PROBE_DISTANCE : port - PROBE_DISTANCE
}
