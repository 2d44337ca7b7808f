internal import Disk
internal import SystemPackage

/// What `store check` found.
package struct CheckReport: Sendable, Equatable {
  package enum Depth: Sendable {
    /// Packs' tables, refs and manifests.
    case structure
    /// Also the bytes of every blob.
    case readData
  }

  package struct Problem: Sendable, Equatable, Codable {
    /// What is wrong and where, in one sentence.
    package var message: String
    /// The versions that cannot be read whole any more: `flights/flights-delay@v3`.
    package var victims: [String]
  }

  package var packCount = 0
  package var blobCount = 0
  package var versionCount = 0
  package var storedBytes = 0
  package var problems: [Problem] = []

  package var isClean: Bool { problems.isEmpty }
}

extension Store {
  /// Looks at everything that can be wrong. A problem is a value in the report; only a disk that cannot be read at all
  /// throws.
  package func check(_ depth: CheckReport.Depth) throws(StoreError) -> CheckReport {
    var report = CheckReport()
    var present: Set<Digest> = []
    var damaged: [Digest: String] = [:]
    try checkPacks(depth, &report, &present, &damaged)
    try checkVersions(&report, present, damaged)
    do { _ = try audit.entries() } catch {
      report.problems.append(CheckReport.Problem(message: "\(error)", victims: []))
    }
    return report
  }

  private func checkPacks(
    _ depth: CheckReport.Depth, _ report: inout CheckReport, _ present: inout Set<Digest>,
    _ damaged: inout [Digest: String]
  ) throws(StoreError) {
    let packs = root.appending("packs")
    for entry in try onDisk({ () throws(DiskError) in try disk.list(packs) }) {
      let path = packs.appending(entry.name)
      guard entry.name.hasSuffix(".pack"), entry.status.kind == .regular else {
        report.problems.append(CheckReport.Problem(message: "\(path) is no pack: move it elsewhere", victims: []))
        continue
      }
      report.packCount += 1
      report.storedBytes += entry.status.sizeBytes
      do {
        let rows = try checkPack(path, named: String(entry.name.dropLast(5)))
        report.blobCount += rows.count
        for row in rows {
          present.insert(row.digest)
          guard depth == .readData else { continue }
          do { _ = try read(PackIndex.Location(pack: path, row: row)) } catch { damaged[row.digest] = "\(error)" }
        }
      } catch {
        report.problems.append(CheckReport.Problem(message: "\(error)", victims: []))
      }
    }
  }

  private func checkPack(_ path: FilePath, named name: String) throws(StoreError) -> [Pack.Row] {
    let file = try onDisk { () throws(DiskError) in try disk.open(path) }
    let (footer, size) = try Pack.readFooter(of: file)
    let rows = try Pack.rows(inFooter: footer, of: path, fileBytes: size)
    let table = Array(footer.dropLast(Pack.trailerBytes))
    guard Digest(of: table).hex == name else {
      throw .damagedPack(path, reason: "its name is not the digest of its table")
    }
    return rows
  }

  /// Every version of every ref must reach only content that is there and whole.
  private func checkVersions(
    _ report: inout CheckReport, _ present: Set<Digest>, _ damaged: [Digest: String]
  ) throws(StoreError) {
    var victims: [Digest: [String]] = [:]
    for kind in EntityName.Kind.allCases {
      for entity in try refs.entities(kind) {
        let versions: [VersionRef]
        do { versions = try refs.versions(of: entity) } catch {
          report.problems.append(CheckReport.Problem(message: "\(error)", victims: []))
          continue
        }
        for (alias, ref) in try refs.aliases(of: entity) where !versions.contains(where: { $0.number == ref.version }) {
          let message = "\(entity.project)/\(entity.name)@\(alias) points at v\(ref.version), which is not there"
          report.problems.append(CheckReport.Problem(message: message, victims: []))
        }
        for version in versions {
          report.versionCount += 1
          let label = "\(entity.project)/\(entity.name)@v\(version.number)"
          for digest in try hurt(version, present, damaged) { victims[digest, default: []].append(label) }
        }
      }
    }
    for digest in Set(victims.keys).union(damaged.keys).sorted() {
      let message = damaged[digest] ?? "the content \(digest) is missing"
      report.problems.append(CheckReport.Problem(message: message, victims: victims[digest] ?? []))
    }
  }

  /// The blobs of a version that are missing or damaged.
  private func hurt(
    _ version: VersionRef, _ present: Set<Digest>, _ damaged: [Digest: String]
  ) throws(StoreError) -> [Digest] {
    func isHurt(_ digest: Digest) -> Bool { !present.contains(digest) || damaged[digest] != nil }
    let own = [version.digest] + (version.description.map { [$0] } ?? [])
    let hurtOwn = own.filter(isHurt)
    if hurtOwn.contains(version.digest) { return hurtOwn }
    do {
      return hurtOwn + (try manifest(version.digest)).files.flatMap(\.chunks).map(\.digest).filter(isHurt)
    } catch {
      return hurtOwn + [version.digest]
    }
  }
}
