internal import Disk
internal import SystemPackage

extension Refs {
  /// Removes a version that is kept no longer; its number is not used again. The audit log has it first: a death
  /// between the two leaves an entry for an expiry that the next attempt completes.
  ///
  /// Nothing happens to the newest version, nor to one that an alias points at or came from: somebody may have moved it
  /// there meanwhile. False then, and where there is no such version.
  @discardableResult
  package func expire(_ number: Int, of entity: EntityName, at: String, why: String) throws(StoreError) -> Bool {
    let lock = try lock(entity)
    defer { lock.keep() }
    guard let version = try version(number, of: entity), try latest(of: entity)?.number != number,
      try !aliases(of: entity).values.contains(where: { $0.version == number || $0.from == number })
    else { return false }
    let entry = AuditLog.Entry(
      at: at, by: "nightshift", action: Self.expiryAction(entity), object: Self.object(number, entity),
      from: "\(version.digest)", to: nil, why: why, run: nil)
    try AuditLog(root: root, disk: disk).appendOnce(entry)
    let folder = folder(of: entity).appending("versions")
    try onDisk { () throws(DiskError) in
      try disk.remove(folder.appending("v\(number).json"))
      try disk.syncDirectory(folder)
    }
    return true
  }

  /// Throws ``StoreError/expiredVersion(_:number:at:why:)`` for a version that expired, as the audit log tells; does
  /// nothing for one that is there or never was.
  package func checkExpiry(of number: Int, _ entity: EntityName) throws(StoreError) {
    guard try version(number, of: entity) == nil else { return }
    let (action, object) = (Self.expiryAction(entity), Self.object(number, entity))
    let entries = try AuditLog(root: root, disk: disk).entries()
    guard let entry = entries.last(where: { $0.action == action && $0.object == object }) else { return }
    throw .expiredVersion(entity, number: number, at: entry.at, why: entry.why)
  }

  private static func expiryAction(_ entity: EntityName) -> String { "expire-\(entity.kind.rawValue)" }

  private static func object(_ number: Int, _ entity: EntityName) -> String {
    "\(entity.project)/\(entity.name)@v\(number)"
  }
}
