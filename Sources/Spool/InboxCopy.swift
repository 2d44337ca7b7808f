internal import Disk
internal import SystemPackage

/// Takes a job from an inbox on another file system, where one rename cannot: it gets a hidden name there, which one
/// runner wins, is copied, and goes. Killed anywhere in it, the job is in the inbox again or active, never both.
struct InboxCopy {
  private let spool: Spool
  private let name: String
  private let folder: FilePath
  private let hidden: FilePath

  /// - Parameter folder: the claim's, whose record names the job as ``Claim/Record/inboxCopy`` before it is taken.
  init(_ spool: Spool, name: String, folder: FilePath) {
    self.spool = spool
    self.name = name
    self.folder = folder
    hidden = spool.folder(.inbox).appending(".taking-\(folder.lastComponent?.string ?? "")")
  }

  func take(_ source: FilePath) throws(DiskError) {
    let disk = spool.disk
    try disk.rename(source, to: hidden)
    try disk.syncDirectory(spool.folder(.inbox))
    let temporary = folder.appending(Disk.temporaryName())
    do {
      try Self.copy(hidden, to: temporary, disk)
      try disk.rename(temporary, to: folder.appending(name))
      try disk.syncDirectory(folder)
    } catch {
      if error != .stopped { try restore() }
      throw error
    }
    try settle(copied: true)
  }

  /// Ends what a dead runner had begun.
  func settle(isCopied: Bool) throws(SpoolError) {
    try onSpool { () throws(DiskError) in try settle(copied: isCopied) }
  }

  private func settle(copied: Bool) throws(DiskError) {
    guard copied else { return try restore() }
    try spool.disk.removeTree(hidden)
    try spool.disk.syncDirectory(spool.folder(.inbox))
  }

  /// Gives the job its name in the inbox again, or one with a number when that is taken.
  private func restore() throws(DiskError) {
    guard spool.disk.exists(hidden) else { return }
    var number = 1
    while true {
      let target = number == 1 ? name : "\(number)-\(name)"
      do { try spool.disk.renameExclusively(hidden, to: spool.folder(.inbox).appending(target)) } catch {
        guard error.code == .fileExists else { throw error }
        number += 1
        continue
      }
      return try spool.disk.syncDirectory(spool.folder(.inbox))
    }
  }

  /// Files and folders alone: a link would lead elsewhere from its new place.
  static func copy(_ path: FilePath, to target: FilePath, _ disk: Disk) throws(DiskError) {
    let status = try disk.status(of: path)
    switch status.kind {
    case .directory:
      try disk.makeDirectory(target)
      for entry in try disk.list(path) {
        try copy(path.appending(entry.name), to: target.appending(entry.name), disk)
      }
      try disk.syncDirectory(target)
    case .regular:
      let (source, copy) = (try disk.open(path), try disk.create(target))
      var offset = 0
      while true {
        let block = try source.read(count: 1 << 20, at: offset)
        if block.isEmpty { break }
        try copy.write(block)
        offset += block.count
      }
      try copy.sync()
      try disk.setMode(status.mode | 0o600, of: target)
    case .link, .other: throw .notRegular(path: path)
    }
  }
}
