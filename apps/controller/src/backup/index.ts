/** Backup and restoration of a home, whether or not a controller runs on it. */
export { planRestore, type Restored, type RestorePlan, restoreBackup } from './restore.ts'
export { snapshotOfStopped } from './snapshot-files.ts'
export { type BackupAbout, type BackupResult, writeBackup } from './write-backup.ts'
