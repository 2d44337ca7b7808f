internal import Disk
internal import SystemPackage

extension Store {
  /// What a step of this key gave before; nil when that is not known. Derived: deleting `index/steps` loses time only.
  package func stepResult(_ key: Digest) throws(StoreError) -> [UInt8]? {
    let path = stepResultPath(key)
    return try onDisk { () throws(DiskError) in try disk.readIfPresent(path, limitBytes: 1 << 24) }
  }

  /// Remembers what a step of this key gave. What the result names must be in the store already.
  package func remember(_ key: Digest, _ result: [UInt8]) throws(StoreError) {
    let path = stepResultPath(key)
    // A sweep takes hidden files for a dead writer's unless one is alive.
    let session = try StoreSession(self)
    defer { session.keep() }
    try onDisk { () throws(DiskError) in
      try disk.makeDirectory(path.removingLastComponent())
      try disk.replace(path, with: result)
    }
  }

  /// The keys of all results.
  package func stepResultKeys() throws(StoreError) -> [Digest] {
    let folder = root.appending("index").appending("steps")
    return try onDisk { () throws(DiskError) in
      var keys: [Digest] = []
      for part in try disk.listIfPresent(folder) where part.status.kind == .directory {
        keys += try disk.list(folder.appending(part.name)).compactMap { entry in
          entry.name.hasSuffix(".json") ? Digest(entry.name.dropLast(5)) : nil
        }
      }
      return keys
    }
  }

  /// Forgets what a step of this key gave: it is done again when it is needed.
  package func forgetStepResult(_ key: Digest) throws(StoreError) {
    let path = stepResultPath(key)
    try onDisk { () throws(DiskError) in try disk.remove(path) }
  }

  private func stepResultPath(_ key: Digest) -> FilePath {
    root.appending("index").appending("steps").appending(String(key.hex.prefix(2))).appending(key.hex + ".json")
  }
}
