namespace GspMl.Benchmarks.Tuning;

/// <summary>`bench tuning accuracy | speed | gpu …`: what training on does.</summary>
internal static class TuningPrograms
{
    public static void Run(string[] args)
    {
        switch (args.FirstOrDefault())
        {
            case "accuracy": TuningAccuracy.Run(args[1..]); break;
            case "gpu": TuningSpeed.Run(args[1..]); break;
            case "try": TuningTrial.Run(args[1..]); break;
            default:
                Console.WriteLine("usage: bench tuning accuracy [MODEL,…] [ZEROS,…] [METHOD] | gpu cpu|cuda MODEL.onnx ROWS.npy "
                    + "| try MODEL ZEROS NAME=VALUE…");
                Environment.ExitCode = 1;
                break;
        }
    }
}
