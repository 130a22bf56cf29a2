namespace GspMl.Fuzz.Targets;

/// <summary>The commands that hand a model to the native runtime.</summary>
internal sealed class CommandTarget : Target
{
    public override string Name => "command";

    public override int Weight => 20;

    public override byte[] Make(Random random) => ModelFiles.Make(random);

    public override Ending Run(byte[] bytes, Random random, string folder)
    {
        var model = ModelFiles.Write(bytes, folder);
        var (output, rows) = (Path.Combine(folder, "out.onnx"), Path.Combine(folder, "x.npy"));
        string[] arguments = random.Next(8) switch
        {
            0 or 1 => ["prune", model, "-o", output, "--preset", "fast", "--zeros", "0.5"],
            2 or 3 => ["shrink", model, "-o", output, "--macs", "0.3", "--round-to", "2"],
            4 => ["eval", model, "--inputs", rows, "--latency-runs", "0"],
            5 => ["prune", model, "-o", output, "--pattern", "2:4", "--permute", "--values", "original"],
            6 => ["prune", model, "-o", output, "--pattern", "columns", "--block", "4", "--values", "original", "--zeros", "0.5"],
            _ => ["inspect", model, "--all"],
        };
        if (arguments[0] == "eval") File.WriteAllBytes(rows, Rows());
        return CommandLine.Run([.. arguments, .. arguments[0] == "inspect" ? [] : new[] { "--threads", "1" }]);
    }

    /// <summary>Rows of eight numbers, as most of the built models take.</summary>
    private static byte[] Rows()
    {
        var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (4, 8), }".PadRight(117) + "\n";
        var values = Enumerable.Range(0, 32).SelectMany(i => BitConverter.GetBytes(i / 8f));
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. header.Select(c => (byte)c), .. values];
    }
}
