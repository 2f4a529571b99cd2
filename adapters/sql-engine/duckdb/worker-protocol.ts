import type { PortErrorCode } from '#ports/port-error.ts'
import type { Column, Condition } from '#ports/lake.ts'
import type { ResultColumn, SqlParams, StatementShape } from '#ports/sql-engine.ts'

/** A relation as the sandbox makes a view of it. */
export interface SandboxRelation {
  name: string
  columns: readonly Column[]
  partitionBy: readonly string[]
  files: readonly { path: string; partition: Readonly<Record<string, string | null>> }[]
  /** Newline-delimited JSON of rows behind the files, at this path; it may go once the sandbox is open. */
  tailPath?: string
  projection?: readonly { column: Column; expression: string }[]
}

export interface SandboxSpec {
  relations: readonly SandboxRelation[]
  /** Statements are bound there and never run. */
  bindOnly?: boolean
}

/** A relation as checks need it. */
export interface CheckedRelation {
  name: string
  columns: readonly { name: string; source: Column | null }[]
}

export interface CheckResult {
  relations: readonly string[]
  /** By relation used: lists of conditions as `findConditions` gives them. */
  conditions: Readonly<Record<string, readonly (readonly Condition[])[]>>
  unbounded: boolean
}

/** An error on its way between processes. */
export interface WireError {
  code: PortErrorCode
  message: string
  details: Readonly<Record<string, string | number | null>>
}

export type WorkerRequest =
  | {
      kind: 'check'
      id: string
      statement: string
      relations: readonly CheckedRelation[]
      params: SqlParams
    }
  /** Binds the statement over relations without rows. */
  | { kind: 'bind'; id: string; statement: string; sandbox: SandboxSpec; params: SqlParams }
  | {
      kind: 'run'
      id: string
      statement: string
      sandbox: SandboxSpec
      params: SqlParams
      maxRows: number
      maxBytes: number
      plan: boolean
    }
  | { kind: 'parquet'; id: string; columns: readonly ResultColumn[]; rowsPath: string; path: string }
  /** So many batches have been taken. */
  | { kind: 'more'; id: string; batches: number }
  | { kind: 'stop'; id: string }

export type WorkerAnswer =
  | { kind: 'ready' }
  | { kind: 'checked'; id: string; result: CheckResult }
  | { kind: 'bound'; id: string; columns: readonly ResultColumn[]; shape: StatementShape }
  | { kind: 'columns'; id: string; columns: readonly ResultColumn[] }
  /** `text` is a JSON array of rows. */
  | { kind: 'rows'; id: string; text: string }
  | { kind: 'done'; id: string; rowCount: number; truncated: boolean; plan: string | null }
  | { kind: 'failed'; id: string; error: WireError }
  /** Of the whole process, where the parent can't see it by itself. */
  | { kind: 'memory'; bytes: number }

/** What the first message tells a process about itself. */
export interface WorkerSettings {
  memoryMb: number
  threads: number
  tempDirectory: string
  /** Most sandboxes that stay open for the next statement. */
  sandboxes: number
  lowPriority: boolean
}

/** Batches that a process sends ahead of its reader. */
export const WINDOW = 4
