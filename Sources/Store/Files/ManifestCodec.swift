/// The bytes of a manifest: canonical JSON, written and read in one pass, since Foundation takes a second for what is
/// needed in milliseconds.
///
/// `{"files":[{"chunks":[["HEX",SIZE],…],"path":"…","x":true},…],"format":"nightshift-manifest 1"}`; `x` only where true.
extension Manifest {
  private static let format = "nightshift-manifest 1"

  /// Why bytes are no manifest.
  struct DecodingFault: Error {
    var reason: String
  }

  /// The canonical bytes: the same for the same files, whatever order they were added in.
  package func encoded() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(files.reduce(64) { $0 + 64 + $1.path.text.utf8.count + 80 * $1.chunks.count })
    bytes += Array("{\"files\":[".utf8)
    for (index, file) in files.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes += Array("{\"chunks\":[".utf8)
      for (position, chunk) in file.chunks.enumerated() {
        bytes += Array((position > 0 ? ",[\"" : "[\"").utf8)
        chunk.digest.appendHex(to: &bytes)
        bytes += Array("\",\(chunk.sizeBytes)]".utf8)
      }
      bytes += Array("],\"path\":".utf8)
      Self.append(quoted: file.path.text, to: &bytes)
      bytes += Array((file.isExecutable ? ",\"x\":true}" : "}").utf8)
    }
    bytes += Array("],\"format\":\"\(Self.format)\"}".utf8)
    return bytes
  }

  /// Reads canonical bytes; anything else is a fault, so that one manifest has one digest.
  init(decoding bytes: [UInt8]) throws(DecodingFault) {
    var scanner = Scanner(bytes: bytes)
    var files: [File] = []
    try scanner.expect("{\"files\":[")
    while !scanner.isNext("]") {
      if !files.isEmpty { try scanner.expect(",") }
      files.append(try scanner.file())
    }
    try scanner.expect("],\"format\":\"\(Self.format)\"}")
    guard scanner.isAtEnd else { throw DecodingFault(reason: "bytes follow its end") }
    do {
      try self.init(files)
    } catch {
      throw DecodingFault(reason: "\(error)")
    }
    guard files == self.files else { throw DecodingFault(reason: "its files are not sorted") }
  }

  private static func append(quoted text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0..<0x20: bytes += escape(byte)
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// How a control character is written: `\u00` and two lower-case hex digits.
  private static func escape(_ control: UInt8) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    return Array("\\u00".utf8) + [digits[Int(control >> 4)], digits[Int(control & 15)]]
  }

  private struct Scanner {
    var bytes: [UInt8]
    var offset = 0

    var isAtEnd: Bool { offset == bytes.count }

    func isNext(_ text: StaticString) -> Bool {
      text.utf8CodeUnitCount <= bytes.count - offset
        && (0..<text.utf8CodeUnitCount).allSatisfy { bytes[offset + $0] == text.utf8Start[$0] }
    }

    mutating func expect(_ text: String) throws(DecodingFault) {
      let wanted = Array(text.utf8)
      guard wanted.count <= bytes.count - offset, bytes[offset..<offset + wanted.count].elementsEqual(wanted) else {
        throw DecodingFault(reason: "byte \(offset) is not the expected \(text)")
      }
      offset += wanted.count
    }

    mutating func file() throws(DecodingFault) -> File {
      var chunks: [Chunk] = []
      try expect("{\"chunks\":[")
      while !isNext("]") {
        if !chunks.isEmpty { try expect(",") }
        try expect("[\"")
        guard bytes.count - offset >= 64, let digest = Digest(hexDigits: bytes[offset..<offset + 64]) else {
          throw DecodingFault(reason: "byte \(offset) begins no digest")
        }
        offset += 64
        try expect("\",")
        chunks.append(Chunk(digest: digest, sizeBytes: try number()))
        try expect("]")
      }
      try expect("],\"path\":\"")
      let path: RelativePath
      do { path = try RelativePath(try string()) } catch let fault as DecodingFault { throw fault } catch {
        throw DecodingFault(reason: "\(error)")
      }
      var isExecutable = false
      if isNext(",") {
        try expect(",\"x\":true")
        isExecutable = true
      }
      try expect("}")
      return File(path: path, isExecutable: isExecutable, chunks: chunks)
    }

    /// A chunk's size, in the one way of writing it.
    mutating func number() throws(DecodingFault) -> Int {
      let start = offset
      var value = 0
      while offset < bytes.count, case UInt8(ascii: "0")...UInt8(ascii: "9") = bytes[offset], offset - start < 10 {
        value = value * 10 + Int(bytes[offset] - UInt8(ascii: "0"))
        offset += 1
      }
      guard offset > start, bytes[start] != UInt8(ascii: "0") || offset == start + 1, value <= Pack.limitBlobBytes
      else { throw DecodingFault(reason: "byte \(start) begins no size of a chunk") }
      return value
    }

    /// The rest of a string whose opening quote was read, in the one way of writing it.
    mutating func string() throws(DecodingFault) -> String {
      var text: [UInt8] = []
      while offset < bytes.count {
        let byte = bytes[offset]
        offset += 1
        switch byte {
        case UInt8(ascii: "\""):
          guard let valid = String(validating: text, as: UTF8.self) else {
            throw DecodingFault(reason: "a path is not UTF-8")
          }
          return valid
        case UInt8(ascii: "\\"): text.append(try escaped())
        case 0..<0x20: throw DecodingFault(reason: "byte \(offset - 1) should be escaped")
        default: text.append(byte)
        }
      }
      throw DecodingFault(reason: "it ends inside a path")
    }

    /// The byte that an escape stands for, its backslash read already.
    private mutating func escaped() throws(DecodingFault) -> UInt8 {
      let fault = DecodingFault(reason: "byte \(offset) begins no escape")
      guard offset < bytes.count else { throw fault }
      let byte = bytes[offset]
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        offset += 1
        return byte
      }
      let end = offset + 5
      guard end <= bytes.count,
        let value = (0..<0x20 as Range<UInt8>).first(where: { control in
          let digits = Manifest.escape(control).dropFirst()
          return bytes[offset..<end].elementsEqual(digits)
        })
      else { throw fault }
      offset = end
      return value
    }
  }
}
