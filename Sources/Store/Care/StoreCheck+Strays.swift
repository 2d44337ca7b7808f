internal import Disk
internal import SystemPackage

extension StoreCheck {
  /// Folders of the root whose every file is known here; other passes look at those of the rest, or nobody reads them.
  private static let checkedFolders = ["audit", "index", "refs", "tmp"]
  private static let otherFolders = [
    "packs", "runs", "reports", "locks", "quarantine", "metrics", "outbox", "environments",
  ]
  private static let files = ["format", "heartbeat.json"]

  private static func isKnown(_ entry: DirectoryEntry, in folder: String) -> Bool {
    let isFolder = entry.status.kind == .directory
    return switch folder {
    case "audit": entry.name == "log.ndjson"
    case "index" where isFolder: ["steps", "stat", "durations"].contains(entry.name)
    case "index": entry.name.hasSuffix(".idx") || ["condemned.json", MergedTable.fileName].contains(entry.name)
    case "refs": isFolder && EntityName.Kind.allCases.contains { $0.folder == entry.name }
    // Work folders, parts of predictions, and journals of searches that are under way or were cut short.
    default:
      isFolder
        ? entry.name.hasPrefix("work-") || entry.name.hasPrefix("parts-") : entry.name.hasPrefix(Store.journalPrefix)
    }
  }

  /// Explains a folder to people: never a stray.
  static func isNote(_ name: String) -> Bool { name == "README.md" || name.hasPrefix(".git") }

  mutating func noteStray(_ path: FilePath, _ what: String) {
    strays.append(path)
    note("\(path) is no \(what): move it elsewhere, or let `nightshift store check --repair` do it")
  }

  mutating func checkStrays() throws(StoreError) {
    let folders = Self.checkedFolders + Self.otherFolders + Self.files
    for entry in try entries(store.root) where !folders.contains(entry.name) && !Self.isNote(entry.name) {
      if !isLeftover(entry) { noteStray(store.root.appending(entry.name), "part of a store") }
    }
    var leftoverCount = 0
    for folder in Self.checkedFolders {
      for entry in try entries(store.root.appending(folder)) where !Self.isNote(entry.name) {
        if isLeftover(entry) {
          leftoverCount += 1
        } else if !Self.isKnown(entry, in: folder) {
          noteStray(store.root.appending(folder).appending(entry.name), "file of `\(folder)/`")
        }
      }
    }
    try checkProjects()
    try checkCondemned()
    guard leftoverCount > 0 else { return }
    report.notices.append(
      "unfinished files: \(leftoverCount), of writers at work or of dead ones; the next run removes the latter")
  }

  /// `refs/KIND/PROJECT/NAME` are folders with valid names.
  private mutating func checkProjects() throws(StoreError) {
    for kind in EntityName.Kind.allCases {
      let kinds = store.root.appending("refs").appending(kind.folder)
      for project in try entries(kinds) {
        let path = kinds.appending(project.name)
        guard isEntityFolder(project) else {
          if !Self.isNote(project.name) { noteStray(path, "project") }
          continue
        }
        for name in try entries(path) where !isEntityFolder(name) && !Self.isNote(name.name) {
          noteStray(path.appending(name.name), kind.rawValue)
        }
      }
    }
  }

  /// The list of condemned packs, without which no session begins.
  private mutating func checkCondemned() throws(StoreError) {
    let path = store.root.appending("index/condemned.json")
    let bytes = try onDisk { () throws(DiskError) in
      try store.disk.readIfPresent(path, limitBytes: CondemnedList.limitBytes)
    }
    guard let bytes, CondemnedList(bytes) == nil else { return }
    note("\(path) is no list of condemned packs: remove it, or let `nightshift store check --repair` set it aside")
  }

  private func isEntityFolder(_ entry: DirectoryEntry) -> Bool {
    entry.status.kind == .directory && EntityName.isValid(entry.name)
  }

  private func isLeftover(_ entry: DirectoryEntry) -> Bool { entry.name.hasPrefix(".tmp-") }

  private func entries(_ folder: FilePath) throws(StoreError) -> [DirectoryEntry] {
    try onDisk { () throws(DiskError) in store.disk.exists(folder) ? try store.disk.listEverything(folder) : [] }
  }

  // MARK: Audit log

  mutating func checkAudit() {
    do {
      _ = try store.audit.entries()
      let torn = try store.audit.tornTail().count
      if torn > 0 {
        report.notices.append(
          "the audit log ends in \(torn) bytes of an entry that a death tore: the next entry replaces them")
      }
    } catch {
      note("\(error)")
    }
  }
}
