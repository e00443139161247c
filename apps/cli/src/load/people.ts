/** Words from which contacts are put together by the million; faker takes 50 times as long. */
export const firstNames = words(`
  Aaliyah Adam Aisha Alejandro Alice Amara Amir Ana Andrei Anika Anna Arjun Astrid Ayumi Beatriz Ben Björn Camille Carlos
  Chiara Chloe Clara Daniel Daria David Diego Elena Elif Emil Emma Erik Eva Fatima Felix Fiona Freya Gabriel Grace Greta Hana
  Hassan Helen Hugo Ibrahim Ida Ines Ingrid Isaac Ivan Jack James Jana Javier Jonas José Julia Kai Karim Katarina Kenji Lars
  Laura Leila Leo Liam Lina Lucas Lucia Luca Magnus Malik Marco Maria Marta Mateo Max Maya Mei Mia Milan Mina Mira Mohammed
  Nadia Naomi Natalia Nia Nikolai Nina Noah Nora Olga Olivia Omar Oscar Pablo Paula Pedro Petra Priya Rafael Rania Ravi Rosa
  Samir Sara Sofia Stefan Sven Tara Theo Tomás Uma Valentina Vera Victor Wei William Yara Yuki Yusuf Zara Zoe`);

export const lastNames = words(`
  Abe Abebe Adams Ahmed Ali Almeida Andersson Bauer Becker Bianchi Brown Carter Castro Chen Clark Costa Cruz Davies Diaz Dubois
  Eriksen Evans Farah Fernandez Ferrari Fischer Fontaine Garcia Gomez Green Gruber Gupta Haddad Hall Hansen Hassan Hernandez Hill
  Hoffmann Horvat Hughes Ito Ivanov Jansen Jensen Johansson Jones Kaplan Keller Khan Kim Kobayashi Kovacs Kowalski Krause Kumar
  Lambert Larsen Laurent Lee Lehmann Lewis Li Lopez Marino Martin Martinez Mehta Mendes Meyer Miller Moreau Moretti Müller
  Murphy Nakamura Nguyen Nielsen Novak Okafor Olsen Ortiz Park Patel Pereira Perez Petrov Popescu Ramirez Ramos Rao Ricci
  Rivera Rossi Roy Russo Sato Schmidt Schneider Sharma Silva Singh Smith Sousa Suzuki Takahashi Tanaka Taylor Thomas Torres
  Vargas Vogel Wagner Walker Wang Weber White Williams Wilson Wong Wright Yamamoto Yilmaz Young Zhang Zimmermann`);

export const companies = words(`
  Alder Arbor Aster Atlas Beacon Birch Bluefin Cedar Cobalt Copper Delta Ember Falcon Fern Garnet Granite Harbor Hazel Heron
  Indigo Juniper Kestrel Lark Linden Lumen Maple Meridian Nimbus Northwind Oak Onyx Opal Orchard Osprey Pinnacle Quarry Raven
  Redwood Ridge Sable Sequoia Silver Slate Solstice Sparrow Summit Tamarack Teal Thistle Timber Vantage Willow Zephyr`);

export const companyKinds = words(
  'Analytics Consulting Design Energy Foods Health Labs Logistics Media Partners Studio Systems',
);

export const jobTitles = [
  'Account Manager',
  'Chief Executive',
  'Consultant',
  'Designer',
  'Engineer',
  'Head of Sales',
  'Marketing Manager',
  'Office Manager',
  'Product Manager',
  'Purchasing Lead',
];

export const tagSets = ['{}', '{customer}', '{lead}', '{customer,vip}', '{newsletter}', '{lead,trial}', '{partner}'];

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
