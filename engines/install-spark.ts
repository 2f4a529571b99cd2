import { execFile } from 'node:child_process'
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { pythonEnvironment } from './python-environment.ts'

const FOLDER = join(import.meta.dirname, '../.cache/engines/spark')
const JARS = join(FOLDER, 'jars')
const MARKER = join(FOLDER, 'jars.xml')
const POM = join(import.meta.dirname, 'spark-pom.xml')

const environment = pythonEnvironment({
  folder: join(FOLDER, 'python'),
  requirements: join(import.meta.dirname, 'spark-requirements.txt'),
})

export interface SparkTools {
  /** A Python with pyspark, delta-rs, pyarrow and DuckDB. */
  python: string
  /** Folder of the jars that make Spark read and write Delta tables and Kafka. */
  jars: string
}

/** Installs pyspark, delta-rs and their like, and Spark's connectors, once. */
export async function installSpark(): Promise<SparkTools> {
  const python = await environment.install()
  const pom = await readFile(POM, 'utf8')
  if ((await readFile(MARKER, 'utf8').catch(() => null)) === pom) return { python, jars: JARS }
  const fresh = `${JARS}.${process.pid}`
  try {
    await mkdir(FOLDER, { recursive: true })
    await promisify(execFile)('mvn', [
      '--batch-mode',
      '--quiet',
      `--file=${POM}`,
      'dependency:copy-dependencies',
      `-DoutputDirectory=${fresh}`,
    ])
    await rm(JARS, { recursive: true, force: true })
    await rename(fresh, JARS)
    await writeFile(MARKER, pom)
  } catch (error) {
    await rm(fresh, { recursive: true, force: true })
    throw new Error(
      "Spark's connectors could not be installed: Maven (mvn) and Java 17 are wanted on PATH.",
      {
        cause: error,
      },
    )
  }
  return { python, jars: JARS }
}

/** Where both are. Throws with the remedy where they are missing. */
export async function requireSpark(): Promise<SparkTools> {
  const python = await environment.require()
  await access(MARKER).catch(error => {
    throw new Error(`Spark's connectors are not installed in ${JARS}: run npm run engines.`, { cause: error })
  })
  return { python, jars: JARS }
}
