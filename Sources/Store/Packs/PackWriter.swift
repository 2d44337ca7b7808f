internal import Disk
internal import SystemPackage

/// Writes one pack after the other under `tmp/`. One that is full is given back, to be synced and named elsewhere.
struct PackWriter {
  /// A pack that is written, but not synced and without its name.
  struct Written: Sendable {
    var file: OpenFile
    var name: Digest
    /// Its table and trailer.
    var footer: [UInt8]
  }

  private struct OpenPack {
    var file: OpenFile
    var rows: [Pack.Row] = []
    var sizeBytes = 0
  }

  private let store: Store
  private var pack: OpenPack?
  /// The file of the pack that was begun last and is not whole.
  private var unfinished: FilePath?
  /// What this session has written.
  private(set) var written: Set<Digest> = []

  init(_ store: Store) { self.store = store }

  /// Adds what the session has not written yet. Gives the pack back that this filled.
  mutating func append(_ segment: PackedSegment) throws(StoreError) -> Written? {
    let fresh = segment.rows.filter { written.insert($0.digest).inserted }
    if fresh.count == segment.rows.count {
      try write(segment.bytes[...], fresh)
    } else {
      // Two segments had the same blob at the same time: entry by entry, then.
      for row in fresh {
        let start = row.offset - Pack.entryHeaderBytes
        try write(segment.bytes[start..<row.offset + row.storedBytes], [row.moved(by: -start)])
      }
    }
    return try pack.map(\.sizeBytes) ?? 0 >= Pack.targetBytes ? close() : nil
  }

  /// Ends the pack that is open, if one is.
  mutating func close() throws(StoreError) -> Written? {
    guard var pack else { return nil }
    var (footer, name) = Pack.footer(pack.rows, tableOffset: pack.sizeBytes)
    while store.index.isCondemned(name) {
      // The same content in the same order has the name of a pack that is about to go: one more blob gives it another.
      try writeSalt(pack.rows.count)
      pack = self.pack ?? pack
      (footer, name) = Pack.footer(pack.rows, tableOffset: pack.sizeBytes)
    }
    self.pack = nil
    try onDisk { () throws(DiskError) in try pack.file.write(footer) }
    unfinished = nil
    return Written(file: pack.file, name: name, footer: footer)
  }

  /// Removes the pack that is not whole, if one is: it takes room that others may need. Where that cannot be done, a
  /// later ``Store/sweep()`` does it.
  mutating func discard() {
    guard let path = unfinished else { return }
    (pack, unfinished) = (nil, nil)
    try? store.disk.remove(path)
  }

  /// Writes entries at the end of the pack; the rows' offsets count from their beginning.
  private mutating func write(_ entries: ArraySlice<UInt8>, _ rows: [Pack.Row]) throws(StoreError) {
    guard !rows.isEmpty else { return }
    var pack: OpenPack
    if let open = self.pack { pack = open } else { pack = try begin() }
    let file = pack.file
    try onDisk { () throws(DiskError) in try file.write(entries.span.bytes) }
    pack.rows += rows.map { $0.moved(by: pack.sizeBytes) }
    pack.sizeBytes += entries.count
    self.pack = pack
  }

  /// Adds a blob that nothing refers to.
  private mutating func writeSalt(_ number: Int) throws(StoreError) {
    let salt = Array("salt \(number)".utf8)
    let row = Pack.Row(
      digest: Digest(of: salt), offset: Pack.entryHeaderBytes, storedBytes: salt.count, plainBytes: salt.count,
      codec: .raw)
    let header = Pack.entryHeader(row.digest, row.codec, storedBytes: salt.count, plainBytes: salt.count)
    try write((header + salt)[...], [row])
  }

  private mutating func begin() throws(StoreError) -> OpenPack {
    let path = store.root.appending("tmp").appending(Disk.temporaryName() + ".pack")
    unfinished = path
    let file = try onDisk { () throws(DiskError) in
      let file = try store.disk.create(path, mode: 0o444)
      try file.write(Pack.magic)
      return file
    }
    return OpenPack(file: file, sizeBytes: Pack.magic.count)
  }
}

extension Pack.Row {
  fileprivate func moved(by count: Int) -> Pack.Row {
    var row = self
    row.offset += count
    return row
  }
}
