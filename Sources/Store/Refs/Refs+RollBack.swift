extension Refs {
  package static let moveAction = "move-alias"
  package static let rollBackAction = "roll-back-alias"

  /// How the audit log names an alias.
  static func object(_ alias: String, _ entity: EntityName) -> String {
    "\(entity.project)/\(entity.name)@\(alias)"
  }

  /// The roll-back that took the alias from this version, if nobody has moved it there again since: the version has to
  /// earn its way back.
  package func rollBack(from number: Int, alias: String, of entity: EntityName) throws(StoreError) -> AuditLog.Entry? {
    var found: AuditLog.Entry?
    for entry in try moves(of: alias, entity) {
      if entry.action == Self.rollBackAction, entry.from == "v\(number)" { found = entry }
      if entry.to == "v\(number)" { found = nil }
    }
    return found
  }

  /// Whether a verdict has ever brought the alias to this version.
  package func wasPromoted(_ number: Int, to alias: String, of entity: EntityName) throws(StoreError) -> Bool {
    try moves(of: alias, entity).contains { entry in
      entry.action == Self.moveAction && entry.run != nil && entry.to == "v\(number)"
    }
  }

  private func moves(of alias: String, _ entity: EntityName) throws(StoreError) -> [AuditLog.Entry] {
    try AuditLog(root: root, disk: disk).entries(of: Self.object(alias, entity))
  }
}
