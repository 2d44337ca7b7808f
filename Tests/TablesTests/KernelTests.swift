import CTables
import Glibc
@testable import Tables
import Testing

@Suite struct KernelTests {
  private struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  private func texts(_ seed: UInt64) -> [String] {
    var random = Generator(state: seed)
    return (0..<2_000).map { index in
      let bits = random.next()
      switch index % 7 {
      case 0: return "\(Double(bitPattern: bits).isFinite ? Double(bitPattern: bits) : 0)"
      case 1: return "\(Double(Int64(bitPattern: bits) >> 20) / 1e4)"
      case 2: return "\(Int64(bitPattern: bits) >> (bits & 31)).\(random.next() >> (bits & 63))"
      // Beside the middle of two doubles.
      case 3: return "9007199254740993.\(String(repeating: "0", count: Int(bits & 31)))\(bits & 1)"
      case 4: return "-0.\(bits & 0xFF_FFFF)"
      case 5: return "\(bits & 1 == 0 ? "-" : "")\(bits >> 8 & 7).\(random.next() >> (bits & 31))"
      default: return "\(bits >> 40).\(bits & 0xFFFF)e\(Int(bits & 0x3FF) - 512)"
      }
    }
  }

  @Test("floats are those of strtod to the last bit", arguments: [1, 2, 3] as [UInt64])
  func floats(seed: UInt64) throws {
    let texts = texts(seed).filter { strtod($0, nil).isFinite }
    let table = try reader("a\n" + texts.joined(separator: "\n")).readTable(types: ["a": .float])
    guard case .floats(let values) = table.columns[0].storage else { return }
    let wrong = zip(texts, values).filter { strtod($0, nil).bitPattern != $1.bitPattern }
    #expect(wrong.isEmpty)
  }

  @Test("the index is the same with and without vectors, from any state")
  func index() {
    var random = Generator(state: 7)
    let alphabet: [UInt8] = [97, 44, 34, 10, 13, 0xC3, 0, 98, 99]
    for _ in 0..<200 {
      let bytes = (0..<Int(random.next() % 300)).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] }
      for state in [0, UInt64.max] {
        var scans = [tables_scan(), tables_scan()]
        var found: [[UInt32]] = []
        for kernel in 0..<2 {
          scans[kernel].in_quotes = state
          var positions = [UInt32](repeating: 0, count: bytes.count + 80)
          let count =
            kernel == 0
            ? tables_index(bytes, 0, bytes.count, 44, &scans[0], &positions)
            : tables_index_words(bytes, 0, bytes.count, 44, &scans[1], &positions)
          found.append(Array(positions[..<count]))
        }
        #expect(found[0] == found[1])
        #expect(scans[0].in_quotes == scans[1].in_quotes && scans[0].flags == scans[1].flags)
        #expect(scans[0].newlines == scans[1].newlines)
      }
    }
  }

  /// Words that the dictionary's former hash, which had no secret, put into one place.
  private func hostileWords(_ count: Int) -> [UInt64] {
    func inverse(_ odd: UInt64) -> UInt64 { (0..<6).reduce(odd) { result, _ in result &* (2 &- odd &* result) } }
    func mixed(_ word: UInt64) -> UInt64 {
      let product = (word ^ word >> 32) &* 0x9E37_79B9_7F4A_7C15
      return product ^ product >> 29
    }
    let (first, second) = (inverse(0xD6E8_FEB8_6659_FD93), inverse(0x9E37_79B9_7F4A_7C15))
    return (0..<UInt64(count)).map { number in
      let wanted = number << 32
      let factor = (wanted ^ wanted >> 29 ^ wanted >> 58) &* second
      return (factor ^ factor >> 32 ^ mixed(8 << 56)) &* first
    }
  }

  private func secondsToAdd(_ words: [UInt64]) -> Double {
    let dictionary = TextDictionary()
    func now() -> Double {
      var time = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
    let start = now()
    for (code, word) in words.enumerated() {
      let bytes = withUnsafeBytes(of: word) { Array($0) }
      if bytes.withUnsafeBufferPointer({ dictionary.add($0, row: 0) }) != Int32(code) { return .infinity }
    }
    return now() - start
  }

  @Test("values that were made to share a place in the dictionary take no longer than others")
  func hostileValues() {
    let usual = secondsToAdd((0..<40_000).map { UInt64($0) &* 0x9E37_79B9_7F4A_7C15 })
    #expect(secondsToAdd(hostileWords(40_000)) < 20 * usual)
  }

  @Test("UTF-8 is what the standard library takes for it")
  func text() {
    var random = Generator(state: 9)
    let alphabet: [UInt8] = [0x41, 0x80, 0xBF, 0xC2, 0xC1, 0xE0, 0xA0, 0xED, 0x9F, 0xF0, 0x90, 0xF4, 0x8F, 0xF5, 0xEF]
    for _ in 0..<3_000 {
      let bytes = (0..<Int(random.next() % 12)).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] }
      #expect((tables_is_utf8(bytes, bytes.count) != 0) == (String(validating: bytes, as: UTF8.self) != nil))
    }
  }
}
