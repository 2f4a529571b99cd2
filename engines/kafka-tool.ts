import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { requireKafka } from './install-kafka.ts'

/** The release whose command-line tools are published as jars. */
const VERSION = '3.9.2'

/** Runs one of Kafka's command-line tools by its class, with text as its input, and returns what it prints. */
export async function runKafkaTool(main: string, args: readonly string[], input = ''): Promise<string> {
  const libs = join(await requireKafka(VERSION), '*')
  const quiet = '-Dorg.slf4j.simpleLogger.defaultLogLevel=error'
  const jvm = ['-Xmx128m', '-XX:TieredStopAtLevel=1', quiet, '-cp', libs]
  const running = promisify(execFile)('java', [...jvm, main, ...args], { maxBuffer: 2 ** 26 })
  running.child.stdin?.end(input)
  return (await running).stdout
}
