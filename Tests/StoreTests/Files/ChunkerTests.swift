@testable import Store
import Testing

@Suite struct ChunkerTests {
  let format = StoreFormat()

  @Test(
    "chunks joined give back the file, however it arrives", arguments: [1, 1000, 65_536, 1 << 20],
    [1, 2, 3] as [UInt64])
  func joins(blockBytes: Int, seed: UInt64) {
    let file = noise(700_000, seed: seed)
    let chunks = Self.chunks(file, blockBytes: blockBytes, format)
    #expect(chunks.flatMap { $0 } == file)
    #expect(chunks == Self.chunks(file, blockBytes: file.count, format))
    #expect(
      chunks.dropLast().allSatisfy { $0.count >= format.minimumChunkBytes && $0.count <= format.maximumChunkBytes })
  }

  @Test("an edit changes few chunks", arguments: [0, 1_000_000, 1_999_999])
  func edits(at place: Int) {
    let file = noise(2_000_000, seed: 7)
    var edited = file
    edited.insert(contentsOf: Array("one row more".utf8), at: place)
    let before = Set(Self.chunks(file, blockBytes: 1 << 20, format))
    let after = Self.chunks(edited, blockBytes: 1 << 20, format)
    #expect(after.count { !before.contains($0) } <= 2)
  }

  @Test("the kernel cuts where its plain twin does", arguments: [4, 5, 6] as [UInt64])
  func twin(seed: UInt64) {
    let file = noise(60_000, seed: seed)
    for start in 0..<150 {
      // Odd and even bounds, ends before, between and behind them, masks that are met early, late and never.
      let bytes = Array(file[(start * 311)...].prefix(start * 97 % 7919))
      let (minimum, average, maximum) = (start % 64, 64 + start * 13 % 700, 800 + start * 29 % 3000)
      let (strict, loose) = (UInt64(0xFFF >> (start % 9)) << 51, UInt64(0x3F >> (start % 5)) << 57)
      let kernel = bytes.withUnsafeBytes {
        firstCut(in: $0, minimum: minimum, average: average, maximum: maximum, strict: strict, loose: loose)
      }
      #expect(
        kernel
          == Self.plainCut(
            bytes, minimum: minimum, average: average, maximum: maximum, strict: strict, loose: loose))
    }
  }

  /// The definition, word for word: the hash starts at the minimum, the stricter mask counts up to the average.
  private static func plainCut(
    _ bytes: [UInt8], minimum: Int, average: Int, maximum: Int, strict: UInt64, loose: UInt64
  ) -> Int {
    var hash: UInt64 = 0
    for index in min(minimum, bytes.count)..<min(bytes.count, maximum) {
      hash = hash &* 2 &+ gearTable[Int(bytes[index])]
      if hash & (index < average ? strict : loose) == 0 { return index + 1 }
    }
    return min(bytes.count, maximum)
  }

  private static func chunks(_ file: [UInt8], blockBytes: Int, _ format: StoreFormat) -> [[UInt8]] {
    var chunker = Chunker(format)
    var chunks: [[UInt8]] = []
    for start in stride(from: 0, to: file.count, by: blockBytes) {
      chunker.take(Array(file[start..<min(start + blockBytes, file.count)])) { chunks.append(Array($0)) }
    }
    chunker.finish { chunks.append(Array($0)) }
    return chunks
  }
}
