package import Disk
internal import Store

/// A file of a table: its name for messages, and how to read it from the beginning as CSV or TSV, whatever it is.
package struct TableSource: Sendable {
  package var name: String
  /// Its rows as CSV or TSV, a header line first.
  package var open: @Sendable () throws -> any ByteStream
  /// What separates values in the bytes that ``open`` gives.
  package let separator: UInt8
  /// A quoted value is text or a time, never a number: the file says of each value what it is.
  package let quotesMeanText: Bool
  /// Where the bytes that ``open`` gives can be read by several threads.
  package var pieces: Pieces?

  /// - Parameter open: the file's own bytes. What its name says of compression and format is undone as they are read.
  package init(name: String, open: @escaping @Sendable () throws -> any ByteStream) {
    let format = TableFileFormat(name) ?? TableFileFormat(kind: .csv, isCompressed: CompressedStream.isCompressed(name))
    let plain: @Sendable () throws -> any ByteStream = {
      format.isCompressed
        ? try UnpackedStream(try open(), file: name) : CheckedStream(try open(), file: name)
    }
    self.name = name
    separator = format.kind == .tsv ? UInt8(ascii: "\t") : UInt8(ascii: ",")
    quotesMeanText = format.kind == .jsonLines
    if format.kind == .jsonLines {
      let table = JSONLinesTable(name: name, open: plain)
      self.open = { try table.rows() }
    } else {
      self.open = plain
    }
  }

  /// - Parameter rows: CSV in which quoted values are text, made from the file called `name`.
  package init(typedRowsOf name: String, _ rows: @escaping @Sendable () throws -> any ByteStream) {
    self.name = name
    open = rows
    separator = UInt8(ascii: ",")
    quotesMeanText = true
  }
}

/// What a file is, as far as its name tells.
package struct TableFileFormat: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case csv, tsv
    /// `.jsonl`, `.ndjson`.
    case jsonLines
    /// Read by other means than ``TableSource/init(name:open:)``.
    case parquet
  }

  package var kind: Kind
  /// By gzip, zstd, lz4, xz, bzip2 or lzma.
  package var isCompressed: Bool

  /// The endings of names, for messages.
  package static let endings = ".csv, .tsv, .jsonl, .ndjson (also .gz, .zst, .lz4, .xz, .bz2) or .parquet"

  init(kind: Kind, isCompressed: Bool) {
    self.kind = kind
    self.isCompressed = isCompressed
  }

  /// Nil for what is no table.
  package init?(_ name: String) {
    isCompressed = CompressedStream.isCompressed(name)
    var parts = name.lowercased().split(separator: ".", omittingEmptySubsequences: false)
    if isCompressed { parts.removeLast() }
    switch parts.count > 1 ? parts.last : nil {
    case "csv": kind = .csv
    case "tsv": kind = .tsv
    case "jsonl", "ndjson": kind = .jsonLines
    case "parquet" where !isCompressed: kind = .parquet
    default: return nil
    }
  }
}

/// The plain bytes of a compressed file, with errors of a table.
private struct UnpackedStream: ByteStream {
  private let stream: CompressedStream
  private let file: String

  /// As much as there is: whoever reads it takes it in pieces.
  private static let limits = ArchiveReader.Limits(
    entryCount: 1, totalBytes: .max, ratio: .greatestFiniteMagnitude)

  init(_ packed: any ByteStream, file: String) throws {
    self.file = file
    do { stream = try CompressedStream(packed, name: file, limits: Self.limits) } catch { throw Self.told(error, file) }
  }

  func next() throws -> [UInt8]? {
    do { return try stream.next() } catch { throw Self.told(error, file) }
  }

  private static func told(_ error: any Error, _ file: String) -> any Error {
    guard case StoreError.unreadableArchive(_, let reason) = error else { return error }
    return TablesError.unreadableFile(file, reason: "what its name says is compressed cannot be unpacked: \(reason)")
  }
}

/// The bytes of a plain file, unless they begin as no text does.
struct CheckedStream: ByteStream {
  private var stream: any ByteStream
  private let file: String
  private var hasBegun = false

  private static let magics: [(bytes: [UInt8], kind: String, suffix: String)] = [
    ([0x1F, 0x8B], "gzip", ".gz"), ([0x28, 0xB5, 0x2F, 0xFD], "zstd", ".zst"),
    ([0x04, 0x22, 0x4D, 0x18], "lz4", ".lz4"), ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "xz", ".xz"),
    (Array("PAR1".utf8) + [0x15], "Parquet", ".parquet instead"),
  ]

  init(_ stream: any ByteStream, file: String) {
    self.stream = stream
    self.file = file
  }

  /// Throws for the first bytes of a file that is no text.
  static func check(_ bytes: some Sequence<UInt8>, _ file: String) throws(TablesError) {
    guard let magic = magics.first(where: { bytes.starts(with: $0.bytes) }) else { return }
    throw .unreadableFile(
      file, reason: "it is \(magic.kind) data, which its name does not say: let the name end in \(magic.suffix)")
  }

  mutating func next() throws -> [UInt8]? {
    let block = try stream.next()
    if !hasBegun, let block {
      hasBegun = true
      try Self.check(block, file)
    }
    return block
  }
}
