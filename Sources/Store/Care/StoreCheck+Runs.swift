internal import Disk
internal import Foundation
internal import SystemPackage

extension StoreCheck {
  /// Says which runs are hurt by damage. That a run's artifact is not there at all is no damage: retention may have
  /// removed what only an old run needs.
  mutating func checkRuns() throws(StoreError) {
    var namingLess = 0
    for path in try runFolders() {
      let record = path.appending("run.json")
      // A run that goes on has no record yet.
      guard let bytes = try onDisk({ () throws(DiskError) in try store.disk.readIfPresent(record) }) else { continue }
      report.runCount += 1
      let label = "run \(path.lastComponent?.string ?? "")"
      guard var digests = Self.digests(inRecord: bytes) else {
        note("\(StoreError.damagedRecord(record, reason: "it is no JSON"))", victims: [label])
        continue
      }
      try checkSpec(of: path, &digests, label)
      if digests.contains(where: { !present.contains($0) && damaged[$0] == nil && gone[$0] == nil }) { namingLess += 1 }
      // Nothing is hurt in a store that has no damage, and no manifest needs to be read to know it.
      guard !damaged.isEmpty || !gone.isEmpty else { continue }
      var problems: Set<Int> = []
      for digest in digests {
        var harm = try harm(of: digest, isVersion: false)
        // A version that needs it for its manifest has said so by now, or has expired.
        if harm.reason != nil { (harm.reason, harm.problems) = (nil, damaged[digest].map { [$0] } ?? []) }
        problems.formUnion(self.problems(of: harm, digest))
      }
      for problem in problems.sorted() { report.problems[problem].victims.append(label) }
    }
    if namingLess > 0 {
      report.notices.append("content that \(namingLess == 1 ? "1 run names" : "\(namingLess) runs name") is not kept")
    }
  }

  /// The spec lies beside the record, which names it; of older runs it is in the packs.
  private mutating func checkSpec(of run: FilePath, _ digests: inout Set<Digest>, _ label: String) throws(StoreError) {
    let path = run.appending("spec.yaml")
    guard let bytes = try onDisk({ () throws(DiskError) in try store.disk.readIfPresent(path) }) else { return }
    if digests.remove(Digest(of: bytes)) == nil {
      note("\(StoreError.damagedRecord(path, reason: "it is not the spec that run.json names"))", victims: [label])
    }
  }

  /// `runs/YYYY/MM/DD/RUN`, in order.
  private mutating func runFolders() throws(StoreError) -> [FilePath] {
    var folders = [store.root.appending("runs")]
    for _ in 0..<4 {
      var deeper: [FilePath] = []
      for folder in folders {
        for entry in try onDisk({ () throws(DiskError) in try store.disk.listIfPresent(folder) }) {
          if entry.status.kind == .directory {
            deeper.append(folder.appending(entry.name))
          } else if !Self.isNote(entry.name) {
            noteStray(folder.appending(entry.name), "folder of runs")
          }
        }
      }
      folders = deeper
    }
    return folders
  }

  /// All `"sha256:…"` of a record but the keys of steps, which name no content; nil for what is no JSON object.
  private static func digests(inRecord bytes: [UInt8]) -> Set<Digest>? {
    guard let json = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] else { return nil }
    var digests: Set<Digest> = []
    func collect(_ value: Any) {
      switch value {
      case let fields as [String: Any]: for (name, field) in fields where name != "key" { collect(field) }
      case let values as [Any]: for value in values { collect(value) }
      case let text as String where text.hasPrefix("sha256:"): if let digest = Digest(text) { digests.insert(digest) }
      default: break
      }
    }
    collect(json)
    return digests
  }
}
