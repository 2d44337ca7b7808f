internal import Disk
internal import SystemPackage

extension Spool {
  private static let discardedPrefix = ".gone-"

  /// Removes the folder of a claim. It gets a hidden name first: nobody looks into a claim that is half removed.
  func discard(_ claim: FilePath) throws(DiskError) {
    let hidden = folder(.active).appending(Self.discardedPrefix + (claim.lastComponent?.string ?? ""))
    do { try disk.renameExclusively(claim, to: hidden) } catch {
      // Another runner did it.
      if error.isMissing { return }
      throw error
    }
    try sweep(hidden)
  }

  /// Removes what runners discarded that died at it.
  func sweepDiscarded() throws(DiskError) {
    for entry in try disk.list(folder(.active)) where entry.name.hasPrefix(Self.discardedPrefix) {
      try sweep(folder(.active).appending(entry.name))
    }
  }

  /// Whoever had opened the claim before may leave a file in it even now: then the next sweep takes the rest.
  private func sweep(_ hidden: FilePath) throws(DiskError) {
    do { try disk.removeTree(hidden) } catch {
      guard error.code == .directoryNotEmpty || error.isMissing else { throw error }
    }
  }
}

extension Claim {
  /// Runs `body`, for which a claim whose folder is gone is one that another runner has.
  func whileThere(_ body: () throws(SpoolError) -> Void) throws(SpoolError) {
    do { try body() } catch {
      guard case .disk(let fault) = error, fault.isMissing, !spool.disk.exists(folder) else { throw error }
      throw .lostClaim(name)
    }
  }
}
