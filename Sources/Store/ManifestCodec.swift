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
        bytes += Array(chunk.digest.hex.utf8)
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
      case 0..<0x20:
        let digits = Array("0123456789abcdef".utf8)
        bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
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
        guard bytes.count - offset >= 64,
          let digest = Digest(String(decoding: bytes[offset..<offset + 64], as: UTF8.self))
        else { throw DecodingFault(reason: "byte \(offset) begins no digest") }
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

    mutating func number() throws(DecodingFault) -> Int {
      let start = offset
      var value = 0
      while offset < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[offset]), offset - start < 18 {
        value = value * 10 + Int(bytes[offset] - UInt8(ascii: "0"))
        offset += 1
      }
      guard offset > start else { throw DecodingFault(reason: "byte \(start) begins no number") }
      return value
    }

    /// The rest of a string whose opening quote was read.
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
        case UInt8(ascii: "\\"):
          guard offset < bytes.count else { throw DecodingFault(reason: "it ends inside a path") }
          if bytes[offset] == UInt8(ascii: "u") {
            guard bytes.count - offset >= 5,
              let value = UInt8(String(decoding: bytes[(offset + 1)..<(offset + 5)], as: UTF8.self), radix: 16)
            else { throw DecodingFault(reason: "byte \(offset) begins no escape") }
            text.append(value)
            offset += 5
          } else {
            text.append(bytes[offset])
            offset += 1
          }
        default: text.append(byte)
        }
      }
      throw DecodingFault(reason: "it ends inside a path")
    }
  }
}
