internal import SystemPackage

/// What a power cut could undo: all changes of a disk that no sync has covered yet, and what was there before them.
///
/// The model is what file systems promise and no more. A name (made, moved, removed) is sure after a sync of its folder;
/// the bytes of a file are sure after a sync of the file; the one does not imply the other. Of what is not sure, any
/// part may survive: a new name with no bytes behind it, half of the bytes, an old name again. A rename is one change,
/// whichever of its folders is synced, and a change that builds on another survives only with it. Permissions are taken
/// as they are.
struct PowerJournal {
  /// A file or folder, whatever names it has. Folders are known by the names in them alone.
  private struct Node {
    var isFolder: Bool
    var mode: UInt32
    /// Where it is now; nil when it has no name any more.
    var place: Place?
    /// Bytes of a file that a power cut leaves for sure.
    var sure: [UInt8]
    /// Bytes of a file at this moment, where its place does not tell.
    var latest: [UInt8] = []
  }

  /// A name in a folder.
  private struct Place: Hashable {
    var folder: Int
    var name: String
  }

  /// Names that get another meaning at once, or not at all.
  private struct Change {
    var names: [(place: Place, node: Int?)]
  }

  private let disk = Disk()
  /// The first is the root of all paths.
  private var nodes = [Node(isFolder: true, mode: 0, place: nil, sure: [])]
  private var sure: [Place: Int?] = [:]
  private var latest: [Place: Int?] = [:]
  private var pending: [Change] = []
  /// Open files go by the name that they were opened with.
  private var opened: [String: Int] = [:]

  // MARK: Changes, told before they are made

  mutating func open(_ path: FilePath) throws(DiskError) {
    if let node = try node(at: path) { return opened[path.string] = node }
    opened[path.string] = try make(path, isFolder: false)
  }

  mutating func makeFolder(_ path: FilePath) throws(DiskError) {
    if try node(at: path) == nil { _ = try make(path, isFolder: true) }
  }

  mutating func rename(_ path: FilePath, to target: FilePath) throws(DiskError) {
    guard let node = try node(at: path), let from = nodes[node].place, let to = try place(of: target) else { return }
    if nodes[node].isFolder { try learn(node, path) }
    try forget(target)
    nodes[node].place = to
    change([(from, nil), (to, node)])
  }

  mutating func exchange(_ path: FilePath, _ other: FilePath) throws(DiskError) {
    guard let first = try node(at: path), let second = try node(at: other), let place = nodes[first].place,
      let otherPlace = nodes[second].place
    else { return }
    if nodes[first].isFolder { try learn(first, path) }
    if nodes[second].isFolder { try learn(second, other) }
    (nodes[first].place, nodes[second].place) = (otherPlace, place)
    change([(place, second), (otherPlace, first)])
  }

  /// A second name; the file's bytes are looked up by the first.
  mutating func link(_ path: FilePath, as name: FilePath) throws(DiskError) {
    guard let node = try node(at: path), let place = try place(of: name) else { return }
    change([(place, node)])
  }

  mutating func remove(_ path: FilePath) throws(DiskError) {
    guard let place = try forget(path) else { return }
    change([(place, nil)])
  }

  /// A file's bytes, or a folder's names, are sure from now on.
  mutating func sync(_ path: FilePath) throws(DiskError) {
    var known = opened[path.string]
    if known == nil { known = try node(at: path) }
    guard let node = known else { return }
    if nodes[node].isFolder {
      settle(closed { $0.names.contains { $0.place.folder == node } })
    } else {
      nodes[node].sure = try bytes(of: node)
    }
  }

  mutating func syncEverything() throws(DiskError) {
    for node in nodes.indices where !nodes[node].isFolder { nodes[node].sure = try bytes(of: node) }
    settle(pending.map { _ in true })
  }

  // MARK: The cut

  /// Undoes what is not sure: all of it, or what `seed` chooses.
  mutating func cut(seed: UInt64?) throws(DiskError) {
    for node in nodes.indices where !nodes[node].isFolder { nodes[node].latest = try bytes(of: node) }
    var choices = seed.map(SeededChoices.init)
    let survivors = pending.map { _ in choices?.below(2) == 1 }
    var position = pending.startIndex
    settle(
      closed { _ in
        defer { position += 1 }
        return survivors[position]
      })
    if var choices {
      for node in nodes.indices where nodes[node].sure != nodes[node].latest {
        nodes[node].sure = Self.torn(nodes[node].sure, nodes[node].latest, &choices)
      }
    }
    try restore(folder: 0, at: "/")
  }

  /// What of unsynced bytes reached the file: none, all, the beginning, or all but a hole of zeros. What old and new
  /// bytes begin with alike stays.
  private static func torn(_ old: [UInt8], _ new: [UInt8], _ choices: inout SeededChoices) -> [UInt8] {
    let common = zip(old, new).prefix { $0 == $1 }.count
    let cut = common + choices.below(new.count - common + 1)
    switch choices.below(4) {
    case 0: return old
    case 1: return new
    case 2: return Array(new[..<cut])
    default: return new[..<cut] + [UInt8](repeating: 0, count: min(512, new.count - cut)) + new[cut...].dropFirst(512)
    }
  }

  private func restore(folder: Int, at path: FilePath) throws(DiskError) {
    let places = Set(sure.keys).union(latest.keys).filter { $0.folder == folder }
    for place in places.sorted(by: { $0.name < $1.name }) {
      let child = path.appending(place.name)
      let wanted = sure[place] ?? nil
      guard let node = wanted, latest[place] ?? nil == node else {
        try disk.removeTree(child)
        if let wanted { try write(wanted, to: child) }
        continue
      }
      if nodes[node].isFolder {
        try restore(folder: node, at: child)
      } else if nodes[node].sure != nodes[node].latest {
        try disk.removeTree(child)
        try write(node, to: child)
      }
    }
  }

  private func write(_ node: Int, to path: FilePath) throws(DiskError) {
    guard nodes[node].isFolder else {
      try disk.create(path, mode: 0o600).write(nodes[node].sure)
      return try disk.setMode(nodes[node].mode, of: path)
    }
    try disk.makeDirectory(path)
    for (place, child) in sure where place.folder == node {
      if let child { try write(child, to: path.appending(place.name)) }
    }
    if nodes[node].mode != 0 { try disk.setMode(nodes[node].mode, of: path) }
  }

  // MARK: Parts

  private mutating func change(_ names: [(place: Place, node: Int?)]) {
    for name in names {
      if sure[name.place] == nil { sure.updateValue(latest[name.place] ?? nil, forKey: name.place) }
      latest.updateValue(name.node, forKey: name.place)
    }
    pending.append(Change(names: names))
  }

  /// The chosen changes and, for each, the earlier ones that it builds on: of the same names or the same nodes.
  private func closed(_ isChosen: (Change) -> Bool) -> [Bool] {
    var chosen = pending.map(isChosen)
    var places: Set<Place> = []
    var nodes: Set<Int> = []
    for (index, change) in pending.enumerated().reversed() {
      let isBase = change.names.contains { places.contains($0.place) || $0.node.map(nodes.contains) ?? false }
      guard chosen[index] || isBase else { continue }
      chosen[index] = true
      places.formUnion(change.names.map(\.place))
      nodes.formUnion(change.names.compactMap(\.node))
    }
    return chosen
  }

  private mutating func settle(_ chosen: [Bool]) {
    for (change, isChosen) in zip(pending, chosen) where isChosen {
      for name in change.names { sure.updateValue(name.node, forKey: name.place) }
    }
    pending = zip(pending, chosen).filter { !$0.1 }.map(\.0)
  }

  private mutating func make(_ path: FilePath, isFolder: Bool) throws(DiskError) -> Int? {
    guard let place = try place(of: path) else { return nil }
    nodes.append(Node(isFolder: isFolder, mode: 0, place: place, sure: []))
    change([(place, nodes.count - 1)])
    return nodes.count - 1
  }

  /// What is at `path` loses its name; its bytes are kept, as it may come back. Gives the name that it had.
  @discardableResult
  private mutating func forget(_ path: FilePath) throws(DiskError) -> Place? {
    guard let node = try node(at: path) else { return nil }
    if !nodes[node].isFolder { nodes[node].latest = try bytes(of: node) }
    defer { nodes[node].place = nil }
    nodes[node].mode = try disk.status(of: path).mode
    return nodes[node].place
  }

  private mutating func bytes(of node: Int) throws(DiskError) -> [UInt8] {
    guard let path = path(of: node), let status = try disk.statusIfPresent(of: path) else { return nodes[node].latest }
    nodes[node].mode = status.mode
    return try disk.read(path)
  }

  private func path(of node: Int) -> FilePath? {
    var names: [String] = []
    var node = node
    while node != 0 {
      guard let place = nodes[node].place else { return nil }
      names.append(place.name)
      node = place.folder
    }
    return FilePath("/" + names.reversed().joined(separator: "/"))
  }

  private mutating func place(of path: FilePath) throws(DiskError) -> Place? {
    let names = Self.names(path)
    guard let name = names.last, let folder = try node(at: names.dropLast()) else { return nil }
    return Place(folder: folder, name: name)
  }

  private mutating func node(at path: FilePath) throws(DiskError) -> Int? { try node(at: Self.names(path)[...]) }

  /// The node at an absolute path; what was there before the first change is sure, bytes and all.
  private mutating func node(at names: ArraySlice<String>) throws(DiskError) -> Int? {
    var node = 0
    for (index, name) in names.enumerated() {
      let place = Place(folder: node, name: name)
      if let known = latest[place] {
        guard let known else { return nil }
        node = known
        continue
      }
      let path = FilePath("/" + names.prefix(index + 1).joined(separator: "/"))
      guard let status = try disk.statusIfPresent(of: path) else { return nil }
      let isFolder = status.kind != .regular
      nodes.append(
        Node(isFolder: isFolder, mode: status.mode, place: place, sure: isFolder ? [] : try disk.read(path)))
      node = nodes.count - 1
      latest.updateValue(node, forKey: place)
      sure.updateValue(node, forKey: place)
    }
    return node
  }

  /// Plain strings: a path's own components take too long for suites that look at thousands of them.
  private static func names(_ path: FilePath) -> [String] { path.string.split(separator: "/").map(String.init) }

  /// Takes in all that is in a folder that moves: its names may have to go back.
  private mutating func learn(_ folder: Int, _ path: FilePath) throws(DiskError) {
    for entry in try disk.list(path) {
      let child = path.appending(entry.name)
      if let node = try node(at: child), nodes[node].isFolder { try learn(node, child) }
    }
  }
}
