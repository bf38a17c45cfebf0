using Vi.App.Commands;
using Vi.App.Hosting;

using var interrupt = new Interrupt();
return await CommandLine.InvokeAsync(args, Shell.OfProcess(), interrupt.Token);
