internal import Disk
internal import Jobs
internal import Spool
package import Records
package import Store
internal import Synchronization
internal import SystemPackage

/// What pages read of a site, from its store.
package struct StoredEvidence: Evidence {
  private let site: Site
  private let archive: RunArchive
  private let records = Records()

  package init(_ site: Site) {
    self.site = site
    archive = RunArchive(site.store)
  }

  package func blob(_ digest: Digest) throws -> [UInt8]? {
    do { return try site.store.blob(digest) } catch StoreError.missingBlob { return nil }
  }

  /// Lineage asks for the same few records again and again.
  package func record(of run: String) throws -> RunRecord? {
    if let known = records.runs.withLock({ $0[run] }) { return known }
    let record = try archive.record(of: run)
    records.runs.withLock { runs in
      if runs.count == Records.limit { runs.removeAll() }
      runs[run] = record
    }
    return record
  }

  /// Frozen records that were read.
  private final class Records: Sendable {
    static let limit = 512
    let runs = Mutex<[String: RunRecord]>([:])
  }

  package func origin(of version: VersionLabel, _ kind: Artifact.Kind) throws -> VersionOrigin? {
    let entity = try EntityName(kind == .model ? .model : .dataset, project: version.project, name: version.name)
    guard let ref = try site.store.refs.version(version.number, of: entity) else { return nil }
    return VersionOrigin(digest: ref.digest, description: ref.description, run: ref.run, step: ref.step)
  }

  package func reproduction(of run: String) throws -> ReproductionDocument? { try archive.reproduction(of: run) }

  package func curves(of step: String, in run: String) throws -> StepCurves? {
    let path = try archive.stepFolder(step, of: run).appending(StepCurves.fileName)
    guard let status = try site.disk.statusIfPresent(of: path), status.kind == .regular, status.sizeBytes > 0 else {
      return nil
    }
    let curves = StepCurves(try site.disk.open(path).read(count: min(status.sizeBytes, StepCurves.limitBytes), at: 0))
    return curves.curves.isEmpty && curves.strangeLineCount == 0 ? nil : curves
  }

  private static let logTailBytes = 4096

  package func logTail(of step: String, in run: String) throws -> String? {
    let path = try archive.stepFolder(step, of: run).appending("log")
    guard let size = try site.disk.statusIfPresent(of: path)?.sizeBytes, size > 0 else { return nil }
    let bytes = try site.disk.open(path).read(count: Self.logTailBytes, at: max(0, size - Self.logTailBytes))
    return String(decoding: bytes, as: UTF8.self)
  }

  package func card(of model: String, in project: String) throws -> ModelCard? {
    guard let bytes = try site.disk.readIfPresent(cardPath(of: model, in: project), limitBytes: 1 << 20) else {
      return nil
    }
    // A mistake of whoever wrote it is shown on the page; it is no reason to leave the others without theirs.
    do { return try ModelCardReader.card(bytes, file: "cards/\(project)/\(model).yaml") } catch {
      return ModelCard(problem: "\(error)")
    }
  }

  /// When the card was last written, in nanoseconds; nil where there is none.
  package func cardChange(of model: String, in project: String) throws -> Int64? {
    try site.disk.statusIfPresent(of: cardPath(of: model, in: project))?.modified
  }

  private func cardPath(of model: String, in project: String) -> FilePath {
    site.spool.root.appending("cards").appending(project).appending("\(model).yaml")
  }
}
