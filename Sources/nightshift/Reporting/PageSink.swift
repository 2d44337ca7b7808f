internal import Disk
internal import Reports
internal import Synchronization
internal import SystemPackage

/// Where pages go: each file in one instant, and only where it changes.
final class PageSink: Sendable {
  private let root: FilePath
  private let disk: Disk
  private let folders = Mutex<Set<FilePath>>([])
  private let paths = Mutex<Set<String>>([])

  init(_ root: FilePath, _ disk: Disk) {
    self.root = root
    self.disk = disk
  }

  func write(_ pages: [Page]) throws {
    for page in pages { try write(page) }
  }

  private func write(_ page: Page) throws {
    paths.withLock { _ = $0.insert(page.path) }
    let path = root.appending(page.path)
    if try isThere(path, page.bytes) { return }
    let folder = path.removingLastComponent()
    // Noted when it is there: two threads may both make it.
    if !folders.withLock({ $0.contains(folder) }) {
      try disk.makeDirectory(folder)
      folders.withLock { _ = $0.insert(folder) }
    }
    try disk.replace(path, with: page.bytes, durability: .cached, mode: 0o644)
  }

  private func isThere(_ path: FilePath, _ bytes: [UInt8]) throws -> Bool {
    guard let status = try disk.statusIfPresent(of: path), status.kind == .regular, status.sizeBytes == bytes.count
    else { return false }
    return try disk.readIfPresent(path) == bytes
  }

  /// Removes what is below the root and was not written, but for files of people and programs beside us: those whose names
  /// begin with a dot.
  func removeOthers() throws { try removeOthers(root, prefix: "", paths.withLock { $0 }) }

  private func removeOthers(_ folder: FilePath, prefix: String, _ written: Set<String>) throws {
    for entry in try disk.listIfPresent(folder) where !entry.name.hasPrefix(".") {
      let path = prefix + entry.name
      if entry.status.kind == .directory {
        try removeOthers(folder.appending(entry.name), prefix: path + "/", written)
      } else if !written.contains(path) {
        try disk.remove(folder.appending(entry.name))
      }
    }
  }
}
