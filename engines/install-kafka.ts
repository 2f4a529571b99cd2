import { execFile } from 'node:child_process'
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** The releases that the suites run against: the newest, and the last of the 3 line. */
export const KAFKA_VERSIONS = ['4.4.0', '3.9.2'] as const
export type KafkaVersion = (typeof KAFKA_VERSIONS)[number]

const ENGINES = join(import.meta.dirname, '../.cache/engines')
const POM = join(import.meta.dirname, 'kafka-pom.xml')
/** Releases whose command-line tools are published as a jar of their own. */
const WITH_TOOLS: readonly KafkaVersion[] = ['3.9.2']

/** Where the jars of a release are, installed or not. */
const kafkaLibs = (version: KafkaVersion): string => join(ENGINES, `kafka-${version}`, 'libs')

/** Copies the jars of a release from Maven's repositories, once; a complete copy is left alone. Returns their folder. */
export async function installKafka(version: KafkaVersion): Promise<string> {
  const libs = kafkaLibs(version)
  const marker = join(libs, '..', 'installed.xml')
  const pom = await readFile(POM, 'utf8')
  if ((await readFile(marker, 'utf8').catch(() => null)) === pom) return libs

  const fresh = `${libs}.${process.pid}`
  const profile = WITH_TOOLS.includes(version) ? ['-Ptools'] : []
  try {
    await mkdir(join(libs, '..'), { recursive: true })
    await promisify(execFile)('mvn', [
      '--batch-mode',
      '--quiet',
      `--file=${POM}`,
      'dependency:copy-dependencies',
      `-Dkafka.version=${version}`,
      `-DoutputDirectory=${fresh}`,
      ...profile,
    ])
    await rm(libs, { recursive: true, force: true })
    await rename(fresh, libs)
    await writeFile(marker, pom)
  } catch (error) {
    await rm(fresh, { recursive: true, force: true })
    throw new Error(`Kafka ${version} could not be installed: Maven (mvn) and Java 17 are wanted on PATH.`, {
      cause: error,
    })
  }
  return libs
}

/** The jars of a release. Throws with the remedy where they are missing. */
export async function requireKafka(version: KafkaVersion): Promise<string> {
  const libs = kafkaLibs(version)
  const found = await access(join(libs, `kafka_2.13-${version}.jar`)).then(
    () => true,
    () => false,
  )
  if (!found) throw new Error(`Kafka ${version} is not installed in ${libs}: run npm run engines.`)
  return libs
}
