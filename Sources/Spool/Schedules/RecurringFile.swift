internal import Disk
internal import Glibc
package import SystemPackage

/// A spec in `recurring/`: a file, or a folder with `job.yaml`.
package struct RecurringFile: Hashable, Sendable {
  /// Its name in `recurring/`.
  package var name: String
  package var path: FilePath
  /// The folder that its relative paths start from.
  package var origin: FilePath
  /// Why it cannot be read; nil when it can.
  package var obstacle: String?
  /// Whose it is.
  private var ownerID: UInt32
  /// Tells one content from another, as far as the kernel can.
  private var inode: UInt64
  private var sizeBytes: Int
  private var changed: Int64

  fileprivate init(name: String, path: FilePath, origin: FilePath, _ status: FileStatus) {
    self.name = name
    self.path = path
    self.origin = origin
    ownerID = status.ownerID
    inode = status.inode
    sizeBytes = status.sizeBytes
    changed = status.changed
    if status.kind != .regular { obstacle = "it is a link, pipe or device: only regular files and folders are specs" }
  }

  /// Whether it belongs to neither this process's user nor root.
  package var isForeign: Bool { ownerID != geteuid() && ownerID != 0 }

  /// The name that its runs are known by in the spool.
  package var specName: String {
    path.lastComponent?.string == name ? name : name + (path.string.hasSuffix(".json") ? ".json" : ".yaml")
  }
}

extension Spool {
  package var recurringFolder: FilePath { root.appending("recurring") }

  /// What is in `recurring/`, by name; the names that the inbox leaves out are left out here too, and what was changed
  /// less than `settleSeconds` ago may still be being written.
  package func recurringFiles(settleSeconds: Double) throws(SpoolError) -> [RecurringFile] {
    let folder = recurringFolder
    let entries = try onSpool { () throws(DiskError) in try disk.listIfPresent(folder) }
    guard !entries.isEmpty else { return [] }
    let now = Disk.now()
    // A time in the future is that of a clock that was set back.
    func isSettling(_ status: FileStatus) -> Bool {
      status.changed <= now && Double(now - status.changed) < settleSeconds * 1e9
    }
    var files: [RecurringFile] = []
    for entry in entries {
      let path = folder.appending(entry.name)
      if entry.status.kind == .directory {
        guard !entry.name.hasPrefix("."), let spec = Self.specName(inFolder: path, disk),
          let status = try onSpool({ () throws(DiskError) in try disk.statusIfPresent(of: path.appending(spec)) }),
          !isSettling(status)
        else { continue }
        files.append(RecurringFile(name: entry.name, path: path.appending(spec), origin: path, status))
      } else if Self.isSpecName(entry.name), !isSettling(entry.status) {
        files.append(RecurringFile(name: entry.name, path: path, origin: folder, entry.status))
      }
    }
    return files
  }
}
