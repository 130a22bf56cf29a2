using System.CommandLine;
using GspMl.Onnx;

namespace GspMl.Cli.Shell;

/// <summary><c>--device</c>: which GPU, of commands that may run on one.</summary>
internal static class GpuNumber
{
    /// <summary>The number; 0 where none is given.</summary>
    /// <exception cref="CommandException">It is negative, or the CPU is to run.</exception>
    public static int Read(ParseResult parsed, Option<int?> device, ExecutionProvider provider)
    {
        if (parsed.GetValue(device) is not { } number) return 0;
        if (number < 0) throw CommandException.Usage($"--device: GPUs are numbered from 0, not {number}.");
        return provider != ExecutionProvider.Cpu ? number
            : throw CommandException.Usage("--device is the number of a GPU: it needs --provider cuda or auto.");
    }
}
